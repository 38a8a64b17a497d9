/** Why did (or didn't) a sheet arrive? One number is asked for, and answered for this side of the connection. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queries } from "../../api/queries.ts";
import type { Connection, Explanation as Explained, ExplainedRevision, Id } from "../../api/types.ts";
import { absenceOf } from "../../api/words.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { Button } from "../../components/Button.tsx";
import { QueryView, SkeletonRows } from "../../components/feedback.tsx";
import { Field } from "../../components/fields.tsx";
import { Card, Facts } from "../../components/Page.tsx";
import { State } from "../../components/State.tsx";
import { formatDate, formatInstant } from "../../i18n/format.ts";
import { paths } from "../../paths.ts";

export function Explanation({ connection, projectId }: { connection: Connection; projectId: Id }) {
  const { t } = useLingui();
  const [typed, setTyped] = useState("");
  const [number, setNumber] = useState("");
  const can = connection.can.explain;
  if (!can?.allowed) return null;
  return (
    <Card title={<Trans>Why did a sheet arrive, or not?</Trans>}>
      <div className="card-body stack">
        <form
          className="row wrap ask"
          onSubmit={(event) => {
            event.preventDefault();
            setNumber(typed.trim());
          }}
        >
          <Field
            label={t`Sheet number`}
            placeholder="A-101"
            value={typed}
            onChange={setTyped}
            maxLength={255}
            autoComplete="off"
          />
          <Button type="submit" disabled={typed.trim() === ""}>
            <Trans>Explain</Trans>
          </Button>
        </form>
        <div aria-live="polite">
          {number === "" ? null : (
            <Found projectId={projectId} connectionId={connection.id} number={number} />
          )}
        </div>
      </div>
    </Card>
  );
}

function Found({ projectId, connectionId, number }: { projectId: Id; connectionId: Id; number: string }) {
  const answer = useQuery(queries.explanation(projectId, connectionId, number));
  return (
    <QueryView query={answer} loading={<SkeletonRows rows={1} />}>
      {(explained) => <Told explained={explained} projectId={projectId} number={number} />}
    </QueryView>
  );
}

function Told({ explained, projectId, number }: { explained: Explained; projectId: Id; number: string }) {
  if (explained.nothing) {
    return (
      <p>
        <span className="sheet-no">{number}</span>{" "}
        <span>
          {explained.side === "downstream" ? (
            <Trans>Nothing with this number has been published to you.</Trans>
          ) : (
            <Trans>Your project has no sheet with this number that you can see.</Trans>
          )}
        </span>
      </p>
    );
  }
  return (
    <ul className="stack loose">
      {explained.revisions.map((one, place) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: revisions are told in a fixed order and may hide what they are
          key={place}
        >
          <Revision one={one} projectId={projectId} />
        </li>
      ))}
    </ul>
  );
}

function Revision({ one, projectId }: { one: ExplainedRevision; projectId: Id }) {
  const name = (
    <>
      <span className="sheet-no">{one.number}</span> {one.title}
    </>
  );
  return (
    <div className="stack tight">
      <div className="row wrap">
        {one.drawing_id ? (
          <AppLink href={paths.drawing(projectId, one.drawing_id)}>{name}</AppLink>
        ) : (
          <span>{name}</span>
        )}
        <span className="quiet">
          {one.revision === null ? (
            <Trans>a newer revision</Trans>
          ) : (
            <Trans>
              Rev {one.revision} · {one.set?.name ?? ""} · {one.area}
            </Trans>
          )}
        </span>
        <Fate one={one} />
      </div>
      {one.reason ? <p>{absenceOf(one.reason, one.ask)}</p> : null}
      <Facts
        items={[
          one.published_upstream_at
            ? [<Trans key="u">Published upstream</Trans>, formatInstant(one.published_upstream_at)]
            : null,
          one.arrived_at ? [<Trans key="a">Arrived downstream</Trans>, formatInstant(one.arrived_at)] : null,
          one.published_here_at
            ? [<Trans key="h">Published here</Trans>, formatInstant(one.published_here_at)]
            : null,
          one.deleted_upstream_at
            ? [<Trans key="d">Deleted upstream</Trans>, formatDate(one.deleted_upstream_at)]
            : null,
        ]}
      />
    </div>
  );
}

function Fate({ one }: { one: ExplainedRevision }) {
  if (one.damaged) {
    return (
      <State tone="bad" shape="diamond">
        <Trans>File damaged</Trans>
      </State>
    );
  }
  switch (one.status) {
    case "arrived":
      return (
        <State tone="ok" shape="dot">
          <Trans>Arrived</Trans>
        </State>
      );
    case "waiting":
      return (
        <State tone="wait" shape="ring">
          <Trans>Waiting</Trans>
        </State>
      );
    case "withheld":
      return (
        <State tone="ended" shape="bars">
          <Trans>Withheld</Trans>
        </State>
      );
  }
}
