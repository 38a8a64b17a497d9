/** Where a project is built, in which time zone, and how far the job is. */
import { Trans, useLingui } from "@lingui/react/macro";
import type { Stage } from "../../api/types.ts";
import { ComboField } from "../../components/ComboField.tsx";
import { Field, SelectField } from "../../components/fields.tsx";
import { useZones } from "../../components/zones.ts";
import { stages, useStageNames } from "./levels.ts";

export interface Place {
  address: string;
  time_zone: string;
  stage: Stage | null;
}

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
  const zones = useZones(place.time_zone);
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
        <ComboField
          label={t`Time zone`}
          hint={<Trans>Dates of the job, such as when drawings came in, are counted in this zone.</Trans>}
          value={place.time_zone}
          choices={zones}
          onChange={(time_zone) => onChange({ ...place, time_zone })}
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
