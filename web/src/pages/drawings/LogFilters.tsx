/** The filters of the log: what is chosen stands in the address. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useMemo, useState } from "react";
import type { DrawingArea, DrawingSet } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Chip } from "../../components/Chip.tsx";
import { Search } from "../../components/fields.tsx";
import { Icon } from "../../components/Icon.tsx";
import { Menu } from "../../components/Menu.tsx";
import { formatDate, formatNumber } from "../../i18n/format.ts";
import { countBy, type Facet, isObsolete, matches, type Prepared } from "./matches.ts";
import type { LogSearch } from "./search.ts";

interface FilterProps {
  search: LogSearch;
  rows: readonly Prepared[];
  sets: readonly DrawingSet[];
  areas: readonly DrawingArea[];
  change: (next: { [K in keyof LogSearch]?: LogSearch[K] | undefined }) => void;
  clear: (() => void) | null;
}

export function Filters({ search, rows, sets, areas, change, clear }: FilterProps) {
  const { t } = useLingui();
  const [q, setQ] = useState(search.q ?? "");
  useEffect(() => setQ(search.q ?? ""), [search.q]);
  const counts = useMemo(() => {
    const but = (facet: Facet) => rows.filter((row) => matches(row, search, facet));
    return {
      discipline: countBy(but("discipline"), (drawing) => drawing.discipline.id),
      area: countBy(but("area"), (drawing) => drawing.area.id),
      external: countBy(but("external"), (drawing) => (drawing.external ? "yes" : "no")),
      obsolete: countBy(but("obsolete"), (drawing) => (isObsolete(drawing) ? "yes" : "no")),
      here: countBy(but("obsolete"), (drawing) => (drawing.obsolete_here ? "here" : "no")),
    };
  }, [rows, search]);
  const disciplines = useMemo(() => {
    const names = new Map<string, string>();
    for (const { drawing } of rows) {
      names.set(drawing.discipline.id, drawing.discipline.name);
    }
    return [...names];
  }, [rows]);
  const number = (value: number | undefined) => formatNumber(value ?? 0);
  const set = sets.find((candidate) => candidate.id === search.set);
  const discipline = disciplines.find(([id]) => id === search.discipline);
  const area = areas.find((candidate) => candidate.id === search.area);
  const anyExternal = search.external !== undefined || rows.some((row) => row.drawing.external);
  const anyObsolete = search.obsolete !== undefined || rows.some((row) => isObsolete(row.drawing));
  return (
    <div className="filters">
      <Search
        label={t`Find a drawing`}
        placeholder={t`Number, title or words on the sheet`}
        value={q}
        onChange={(value) => {
          setQ(value);
          change({ q: value === "" ? undefined : value });
        }}
      />
      {/* biome-ignore lint/a11y/useSemanticElements: chips are no form */}
      <div className="chips" role="group" aria-label={t`Filters`}>
        <Menu
          className={search.set || search.deleted ? "chip on" : "chip"}
          choose="one"
          entries={[
            {
              id: "current",
              name: t`Current set`,
              selected: !search.set && !search.deleted,
              onAct: () => change({ set: undefined, deleted: undefined }),
            },
            ...sets.map((candidate) => ({
              id: candidate.id,
              name: `${candidate.name} · ${formatDate(candidate.date)}${candidate.external ? ` · ${t`external`}` : ""}`,
              count: number(candidate.revisions),
              selected: candidate.id === search.set,
              onAct: () => change({ set: candidate.id, deleted: undefined }),
            })),
            {
              id: "deleted",
              name: t`Deleted report`,
              selected: search.deleted === true,
              onAct: () => change({ deleted: true, set: undefined, status: undefined }),
            },
          ]}
        >
          {search.deleted ? t`Deleted report` : set ? set.name : t`Current set`}
          <Icon name="chevronDown" />
        </Menu>
        <Chip
          name={t`Discipline`}
          chosen={discipline?.[1]}
          entries={disciplines.map(([id, name]) => ({
            id,
            name,
            count: number(counts.discipline.get(id)),
            selected: id === search.discipline,
          }))}
          onChoose={(id) => change({ discipline: id })}
        />
        {areas.length > 0 ? (
          <Chip
            name={t`Area`}
            chosen={area?.name}
            entries={areas.map((candidate) => ({
              id: candidate.id,
              name: candidate.name,
              count: number(counts.area.get(candidate.id)),
              selected: candidate.id === search.area,
            }))}
            onChoose={(id) => change({ area: id })}
          />
        ) : null}
        {search.deleted ? null : (
          <Chip
            name={t`Status`}
            chosen={search.status === "published" ? t`Published` : search.status ? t`Unpublished` : undefined}
            entries={[
              { id: "published", name: t`Published`, selected: search.status === "published" },
              { id: "unpublished", name: t`Unpublished`, selected: search.status === "unpublished" },
            ]}
            onChoose={(id) => change({ status: id === "published" || id === "unpublished" ? id : undefined })}
          />
        )}
        {anyExternal ? (
          <Chip
            name={t`Origin`}
            chosen={search.external === "yes" ? t`External` : search.external ? t`Our own` : undefined}
            entries={[
              {
                id: "yes",
                name: t`External`,
                count: number(counts.external.get("yes")),
                selected: search.external === "yes",
              },
              {
                id: "no",
                name: t`Our own`,
                count: number(counts.external.get("no")),
                selected: search.external === "no",
              },
            ]}
            onChoose={(id) => change({ external: id === "yes" || id === "no" ? id : undefined })}
          />
        ) : null}
        {anyObsolete ? (
          <Chip
            name={t`Obsolete`}
            chosen={
              search.obsolete === "yes"
                ? t`Only obsolete`
                : search.obsolete === "here"
                  ? t`Only obsolete here`
                  : search.obsolete
                    ? t`Not obsolete`
                    : undefined
            }
            entries={[
              {
                id: "no",
                name: t`Not obsolete`,
                count: number(counts.obsolete.get("no")),
                selected: search.obsolete === "no",
              },
              {
                id: "yes",
                name: t`Only obsolete`,
                count: number(counts.obsolete.get("yes")),
                selected: search.obsolete === "yes",
              },
              ...(counts.here.get("here") || search.obsolete === "here"
                ? [
                    {
                      id: "here",
                      name: t`Only obsolete here`,
                      count: number(counts.here.get("here")),
                      selected: search.obsolete === "here",
                    },
                  ]
                : []),
            ]}
            onChoose={(id) =>
              change({ obsolete: id === "yes" || id === "no" || id === "here" ? id : undefined })
            }
          />
        ) : null}
        {clear ? (
          <Button look="link" onPress={clear}>
            <Trans>Clear filters</Trans>
          </Button>
        ) : null}
      </div>
    </div>
  );
}
