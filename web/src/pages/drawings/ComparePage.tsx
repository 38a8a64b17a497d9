/** Two revisions of a drawing, or two drawings, and what differs between them. Which two and how stands in the address. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { Radio, RadioGroup } from "react-aria-components";
import { queries } from "../../api/queries.ts";
import type { DrawingDetail, Id, Revision } from "../../api/types.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { Button } from "../../components/Button.tsx";
import { Blank, QueryView } from "../../components/feedback.tsx";
import { Check } from "../../components/fields.tsx";
import { isTyping, useMedia, useProjectId, useTitle } from "../../components/hooks.ts";
import { Icon } from "../../components/Icon.tsx";
import { Menu } from "../../components/Menu.tsx";
import { tell } from "../../components/toasts.tsx";
import { formatDate } from "../../i18n/format.ts";
import { files, paths } from "../../paths.ts";
import { AlignView } from "../../viewer/AlignView.tsx";
import { type Alignment, natural, readAlignment, writeAlignment } from "../../viewer/alignment.ts";
import {
  type ComparedSheet,
  type CompareMode,
  CompareView,
  Legend,
  LegendWord,
} from "../../viewer/CompareView.tsx";
import { type Part, parts } from "../../viewer/ink.ts";
import { ChooseDrawing } from "./ChooseDrawing.tsx";
import { type CompareSearch, chosenPair, hiddenParts, withChosen } from "./compare.ts";
import { DrawingState } from "./parts.tsx";

const route = "/signed-in/projects/$projectId/drawings/$drawingId/compare";

export function ComparePage() {
  const projectId = useProjectId();
  const { drawingId } = useParams({ from: route });
  const { other } = useSearch({ from: route });
  const drawing = useQuery(queries.drawing(projectId, drawingId));
  const another = useQuery({
    ...queries.drawing(projectId, other ?? drawingId),
    enabled: other !== undefined,
  });
  const loading = <Loading projectId={projectId} drawingId={drawingId} />;
  return (
    <QueryView query={drawing} loading={loading}>
      {(data) =>
        other && other !== data.id ? (
          <QueryView query={another} loading={loading}>
            {(second) => <CompareScreen drawing={data} other={second} />}
          </QueryView>
        ) : (
          <CompareScreen drawing={data} other={null} />
        )
      }
    </QueryView>
  );
}

function Loading({ projectId, drawingId }: { projectId: Id; drawingId: Id }) {
  const { t } = useLingui();
  return (
    <div className="sheet" role="status" aria-label={t`Loading`}>
      <div className="sheet-bar">
        <BackLink href={paths.drawing(projectId, drawingId)} />
      </div>
      <div className="sheet-stage" />
    </div>
  );
}

function BackLink({ href }: { href: string }) {
  const { t } = useLingui();
  return (
    <AppLink className="btn plain square" href={href} aria-label={t`Back to the sheet`}>
      <Icon name="chevronLeft" />
    </AppLink>
  );
}

function CompareScreen({ drawing, other }: { drawing: DrawingDetail; other: DrawingDetail | null }) {
  const { t } = useLingui();
  const search = useSearch({ from: route });
  const navigate = useNavigate();
  const wide = useMedia("(min-width: 1100px)");
  const [aligning, setAligning] = useState(false);
  const [returned, setReturned] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const pair = chosenPair(search, drawing.revisions, other?.revisions ?? null);
  const before = useCompared(other ?? drawing, pair.before, other !== null);
  const after = useCompared(drawing, pair.after, other !== null);
  useTitle(t`Compare ${drawing.number}`, before && after ? `${before.name} – ${after.name}` : "");

  const go = (next: CompareSearch) =>
    void navigate({
      to: "/projects/$projectId/drawings/$drawingId/compare",
      params: { projectId: drawing.project_id, drawingId: drawing.id },
      search: next,
      replace: true,
    });
  /** The address with one thing changed; `undefined` takes it off. */
  const change = (key: "mode" | "align" | "hide", value: string | undefined) => {
    const { [key]: _, ...rest } = search;
    go(value ? { ...rest, [key]: value } : rest);
  };
  const choose = (which: "before" | "after") => (id: Id) => go(withChosen(search, pair, which, id));
  const mode = search.mode ?? "overlay";
  const setMode = (wanted: CompareMode) => change("mode", wanted === "overlay" ? undefined : wanted);
  const hidden = hiddenParts(search.hide);
  const back = paths.drawing(drawing.project_id, drawing.id, pair.after?.id);

  useCompareKeys({
    onMode: setMode,
    onAlign: () => setAligning(before !== null && after !== null),
    onBack: () =>
      aligning
        ? endAligning()
        : void navigate({
            to: "/projects/$projectId/drawings/$drawingId",
            params: { projectId: drawing.project_id, drawingId: drawing.id },
            search: pair.after ? { revision: pair.after.id } : {},
          }),
  });

  const alignment = readAlignment(search.align) ?? (before && after ? natural(before, after) : null);
  const endAligning = () => {
    setAligning(false);
    setReturned(true);
  };
  const align = (found: Alignment) => {
    endAligning();
    change("align", writeAlignment(found));
    tell(t`The sheets are aligned.`);
  };
  const padding = wide ? 24 : 8;
  const stage =
    before && after && alignment ? (
      aligning ? (
        <AlignView
          before={before}
          after={after}
          alignment={alignment}
          padding={padding}
          onDone={align}
          onCancel={endAligning}
        />
      ) : (
        <CompareView
          before={before}
          after={after}
          alignment={alignment}
          mode={mode}
          hidden={hidden}
          padding={padding}
          focused={returned}
        />
      )
    ) : (
      <Nothing search={search} onOther={() => setChoosing(true)} />
    );

  return (
    <div className="sheet">
      <header className="sheet-bar compare-head">
        <BackLink href={back} />
        <div className="sheet-name">
          <h1 className="sheet-no">
            <span className="compare-verb">
              <Trans>Compare</Trans>{" "}
            </span>
            {drawing.number}
          </h1>
          <span className="compare-pair">
            <RevisionChoice
              label={t`Before`}
              drawing={other ?? drawing}
              numbered={other !== null}
              revision={pair.before}
              onChoose={choose("before")}
              own={other ? drawing : null}
              onOwn={() => {
                const { other: _, before: __, align: ___, ...rest } = search;
                go(rest);
              }}
              onOther={() => setChoosing(true)}
            />
            <Icon name="chevronRight" />
            <RevisionChoice
              label={t`After`}
              drawing={drawing}
              numbered={other !== null}
              revision={pair.after}
              onChoose={choose("after")}
            />
          </span>
          {pair.after ? <DrawingState drawing={drawing} revision={pair.after} /> : null}
        </div>
      </header>
      {before && after && !aligning ? (
        <div className="compare-bar">
          <Modes mode={mode} onChange={setMode} />
          <div className="compare-align">
            <Button icon="align" onPress={() => setAligning(true)}>
              <Trans>Align</Trans>
            </Button>
            {search.align ? (
              <Button look="plain" onPress={() => change("align", undefined)}>
                <Trans>Reset alignment</Trans>
              </Button>
            ) : null}
          </div>
          {mode === "overlay" ? (
            <Legend>
              {parts.map((part) => (
                <Check
                  key={part}
                  selected={!hidden.includes(part)}
                  onChange={(shown) => change("hide", toggled(hidden, part, shown).join("."))}
                >
                  <LegendWord part={part} before={before.name} after={after.name} />
                </Check>
              ))}
            </Legend>
          ) : null}
        </div>
      ) : null}
      <div className="sheet-body">
        <div className="sheet-stage">{stage}</div>
      </div>
      {choosing ? (
        <ChooseDrawing
          drawing={drawing}
          onClose={() => setChoosing(false)}
          onChoose={(chosen) => {
            setChoosing(false);
            const { before: _, align: __, ...rest } = search;
            go({ ...rest, other: chosen.id, ...(pair.after ? { after: pair.after.id } : {}) });
          }}
        />
      ) : null}
    </div>
  );
}

const toggled = (hidden: readonly Part[], part: Part, shown: boolean): Part[] =>
  shown ? hidden.filter((one) => one !== part) : [...hidden, part];

/** A revision as the viewer takes it; `null` while there is no picture of it. */
function useCompared(
  drawing: DrawingDetail,
  revision: Revision | null,
  numbered: boolean,
): ComparedSheet | null {
  const name = useRevisionName();
  if (!revision?.tiles) return null;
  const { width_pt, height_pt } = revision;
  return {
    ...revision.tiles,
    id: revision.id,
    name: name(drawing, revision, numbered),
    paper: width_pt && height_pt ? { width: width_pt, height: height_pt } : null,
    url: (z, x, y) => files.revisionTile(revision.id, z, x, y),
  };
}

/** With the number where two drawings are compared, with the set where two revisions are called the same. */
function useRevisionName() {
  const { t } = useLingui();
  return (drawing: DrawingDetail, revision: Revision, numbered: boolean) => {
    const twins = drawing.revisions.filter((one) => one.revision === revision.revision).length > 1;
    const words = [
      numbered ? drawing.number : "",
      t`Rev ${revision.revision}`,
      twins ? revision.set.name : "",
    ];
    return words.filter(Boolean).join(" ");
  };
}

function RevisionChoice({
  label,
  drawing,
  numbered,
  revision,
  onChoose,
  own,
  onOwn,
  onOther,
}: {
  label: string;
  drawing: DrawingDetail;
  numbered: boolean;
  revision: Revision | null;
  onChoose: (id: Id) => void;
  /** The drawing of the page, where another one is compared with it. */
  own?: DrawingDetail | null;
  onOwn?: () => void;
  onOther?: () => void;
}) {
  const { t } = useLingui();
  const name = useRevisionName();
  const shown = revision ? name(drawing, revision, numbered) : t`Choose`;
  return (
    <Menu
      className="btn rev-menu"
      choose="one"
      label={`${label}: ${shown}`}
      entries={[
        ...drawing.revisions.map((candidate) => ({
          id: candidate.id,
          name: `${numbered ? `${drawing.number} ` : ""}${t`Rev ${candidate.revision}`} · ${candidate.set.name}`,
          count: candidate.current ? t`current` : formatDate(candidate.drawing_date),
          selected: candidate.id === revision?.id,
          disabled: candidate.tiles === null,
          onAct: () => onChoose(candidate.id),
        })),
        ...(own && onOwn ? [{ id: "own", name: t`A revision of ${own.number}`, onAct: onOwn }] : []),
        ...(onOther ? [{ id: "other", name: t`Another drawing…`, onAct: onOther }] : []),
      ]}
    >
      <span className="cut">{shown}</span>
      <Icon name="chevronDown" />
    </Menu>
  );
}

function Modes({ mode, onChange }: { mode: CompareMode; onChange: (mode: CompareMode) => void }) {
  const { t } = useLingui();
  const names: [CompareMode, string][] = [
    ["overlay", t`Overlay`],
    ["swipe", t`Swipe`],
    ["side", t`Side by side`],
  ];
  return (
    <RadioGroup
      className="segments"
      orientation="horizontal"
      aria-label={t`How to compare`}
      value={mode}
      onChange={(value) => onChange(names.find(([name]) => name === value)?.[0] ?? "overlay")}
    >
      {names.map(([value, name]) => (
        <Radio key={value} value={value} className="segment">
          {name}
        </Radio>
      ))}
    </RadioGroup>
  );
}

function Nothing({ search, onOther }: { search: CompareSearch; onOther: () => void }): ReactNode {
  const named = search.before !== undefined;
  return (
    <Blank
      icon="compare"
      title={
        named ? (
          <Trans>One of the two sheets is not here, or not yours to see</Trans>
        ) : (
          <Trans>There is nothing to compare this sheet with yet</Trans>
        )
      }
      action={
        <Button onPress={onOther}>
          <Trans>Choose another drawing</Trans>
        </Button>
      }
    >
      {named ? (
        <Trans>It may not be published yet, or have no picture yet. Choose another above.</Trans>
      ) : (
        <Trans>The drawing has one revision that can be shown.</Trans>
      )}
    </Blank>
  );
}

function useCompareKeys(acts: {
  onMode: (mode: CompareMode) => void;
  onAlign: () => void;
  onBack: () => void;
}) {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (
        isTyping(event.target) &&
        !(event.target instanceof HTMLInputElement && event.target.type !== "text")
      )
        return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (document.querySelector("[role=dialog], [role=menu]")) return;
      if (event.key === "1") acts.onMode("overlay");
      else if (event.key === "2") acts.onMode("swipe");
      else if (event.key === "3") acts.onMode("side");
      else if (event.key === "a") acts.onAlign();
      else if (event.key === "Escape") acts.onBack();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  });
}
