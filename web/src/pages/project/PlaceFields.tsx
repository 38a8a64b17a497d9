/** Where a project is built, in which time zone, and how far the job is. */
import { useLingui } from "@lingui/react/macro";
import type { Stage } from "../../api/types.ts";
import { Field, SelectField } from "../../components/fields.tsx";
import { stages, useStageNames } from "./levels.ts";

export interface Place {
  address: string;
  time_zone: string;
  stage: Stage | null;
}

/** The reader's own zone: most projects are near whoever creates them. */
export const ownTimeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

const unsaid = "";

export function PlaceFields({
  place,
  onChange,
  errors,
  disabled = false,
}: {
  place: Place;
  onChange: (place: Place) => void;
  errors: Record<string, string>;
  disabled?: boolean;
}) {
  const { t } = useLingui();
  const names = useStageNames();
  const zones = [...new Set([place.time_zone, "UTC", ...Intl.supportedValuesOf("timeZone")])];
  return (
    <>
      <Field
        label={t`Address`}
        multiline
        value={place.address}
        onChange={(address) => onChange({ ...place, address })}
        error={errors["address"]}
        disabled={disabled}
      />
      <div className="two">
        <SelectField
          label={t`Time zone`}
          value={place.time_zone}
          choices={zones.map((zone) => ({ id: zone, name: zone.replaceAll("_", " ") }))}
          onChange={(time_zone: string) => onChange({ ...place, time_zone })}
          error={errors["time_zone"]}
          disabled={disabled}
        />
        <SelectField
          label={t`Stage`}
          value={place.stage ?? unsaid}
          choices={[
            { id: unsaid, name: t`Not said` },
            ...stages.map((stage) => ({ id: stage, name: names[stage] })),
          ]}
          onChange={(chosen: string) =>
            onChange({ ...place, stage: stages.find((stage) => stage === chosen) ?? null })
          }
          disabled={disabled}
        />
      </div>
    </>
  );
}
