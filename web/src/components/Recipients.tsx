/** A distribution list: all Admins of the tool, or people chosen by name. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { ChosenRecipients, DistributionList, Id } from "../api/types.ts";
import { ActButton } from "./Button.tsx";
import { Banner, ProblemBanner } from "./feedback.tsx";
import { Check, RadioCards } from "./fields.tsx";
import { Card } from "./Page.tsx";
import { tell } from "./toasts.tsx";

interface Props {
  title: ReactNode;
  /** What the list is called where nobody is chosen. */
  all: string;
  /** Who may be chosen. */
  note: string;
  data: DistributionList;
  queryKey: readonly unknown[];
  save: (body: ChosenRecipients) => Promise<DistributionList>;
}

export function Recipients({ title, all, note, data, queryKey, save }: Props) {
  const { t } = useLingui();
  const client = useQueryClient();
  const [mode, setMode] = useState(data.mode);
  const [people, setPeople] = useState<ReadonlySet<Id>>(new Set(data.person_ids));
  const saving = useMutation({
    mutationFn: () => save({ mode, person_ids: mode === "specific" ? [...people] : [] }),
    onSuccess: (next) => {
      client.setQueryData(queryKey, next);
      tell(t`Saved.`);
    },
  });
  const locked = data.can.update?.allowed !== true;
  return (
    <Card title={title}>
      <div className="card-body stack loose">
        <RadioCards
          label={t`Distribution list`}
          hideLabel
          value={mode}
          onChange={setMode}
          disabled={locked}
          choices={[
            { id: "all_admins", title: all, note: t`Whoever that is when a message is sent.` },
            { id: "specific", title: t`Specific people`, note },
          ]}
        />
        {mode === "specific" ? (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset would draw its own frame
          <div className="stack tight indent" role="group" aria-label={t`Specific people`}>
            {data.options.map((person) => (
              <Check
                key={person.id}
                selected={people.has(person.id)}
                disabled={locked}
                onChange={(on) => {
                  const next = new Set(people);
                  if (on) next.add(person.id);
                  else next.delete(person.id);
                  setPeople(next);
                }}
              >
                {person.name}
              </Check>
            ))}
            {people.size === 0 ? (
              <Banner icon="info">
                <Trans>
                  With nobody chosen the company administrators are told, so that someone always is.
                </Trans>
              </Banner>
            ) : null}
          </div>
        ) : null}
        <ProblemBanner error={saving.error} />
        <div className="row">
          <ActButton
            can={data.can.update}
            look="primary"
            onPress={() => saving.mutate()}
            pending={saving.isPending}
          >
            <Trans>Save</Trans>
          </ActButton>
        </div>
      </div>
    </Card>
  );
}
