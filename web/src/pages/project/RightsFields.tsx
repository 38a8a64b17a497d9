/** Levels and grants as fields, beside what a permission template sets. */
import { Trans, useLingui } from "@lingui/react/macro";
import type { Grant, Level, Levels } from "../../api/types.ts";
import { Check, SelectField } from "../../components/fields.tsx";
import {
  levels as allLevels,
  differences,
  shownGrants,
  shownTools,
  useGrantNames,
  useLevelNames,
  useToolNames,
} from "./levels.ts";

export interface Rights {
  levels: Levels;
  grants: readonly Grant[];
}

export function RightsFields({
  rights,
  onChange,
  template = null,
}: {
  rights: Rights;
  onChange: (rights: Rights) => void;
  /** What the template of this person sets: what differs from it is marked. */
  template?: Rights | null;
}) {
  const { t } = useLingui();
  const tools = useToolNames();
  const names = useLevelNames();
  const grantNames = useGrantNames();
  const apart = differences(rights, template);
  const setGrant = (grant: Grant, on: boolean) =>
    onChange({
      ...rights,
      grants: on ? [...rights.grants, grant] : rights.grants.filter((one) => one !== grant),
    });
  return (
    <>
      <div className="levels-grid">
        {shownTools.map((tool) => (
          <SelectField
            key={tool}
            label={tools[tool]}
            value={rights.levels[tool]}
            choices={allLevels.map((level) => ({ id: level, name: names[level] }))}
            hint={
              template && apart.tools.includes(tool) ? (
                <span className="apart">{t`Template: ${names[template.levels[tool]]}`}</span>
              ) : undefined
            }
            onChange={(level: Level) => onChange({ ...rights, levels: { ...rights.levels, [tool]: level } })}
          />
        ))}
      </div>
      <fieldset className="stack">
        <legend className="label">
          <Trans>Grants</Trans>
        </legend>
        {shownGrants.map((grant) => (
          <Check key={grant} selected={rights.grants.includes(grant)} onChange={(on) => setGrant(grant, on)}>
            {grantNames[grant]}
            {apart.grants.includes(grant) ? (
              <span className="hint apart">
                {" "}
                <Trans>differs from the template</Trans>
              </span>
            ) : null}
          </Check>
        ))}
      </fieldset>
    </>
  );
}

/** The levels of a person or a template in one line each. */
export function LevelWords({ levels, template }: { levels: Levels; template?: Levels | null }) {
  const tools = useToolNames();
  const names = useLevelNames();
  return (
    <ul className="level-words">
      {shownTools.map((tool) => (
        <li key={tool} className={levels[tool] === "none" ? "quiet" : ""}>
          {tools[tool]}: {names[levels[tool]]}
          {template && template[tool] !== levels[tool] ? (
            <span className="apart"> ({names[template[tool]]})</span>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
