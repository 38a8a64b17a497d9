import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import * as api from "../../api/endpoints.ts";
import { queries, topicKey } from "../../api/queries.ts";
import type { DateFormat, MyChanges, Session } from "../../api/types.ts";
import { ComboField } from "../../components/ComboField.tsx";
import { ProblemBanner, QueryView } from "../../components/feedback.tsx";
import { SelectField } from "../../components/fields.tsx";
import { Card } from "../../components/Page.tsx";
import { tell } from "../../components/toasts.tsx";
import { useZones } from "../../components/zones.ts";
import { browserZone, dateExample, formatInstant } from "../../i18n/format.ts";
import { address, languageNames, locales } from "../../i18n/index.ts";
import { rememberLanguage } from "../../preferences.ts";
import { AccountFrame } from "./AccountFrame.tsx";

/** The choice of those who leave it to their browser. */
const browser = "browser";

const dateFormats: readonly DateFormat[] = ["day_month_year", "month_day_year", "year_month_day"];

export function PreferencesPage() {
  const { t } = useLingui();
  const session = useQuery(queries.session());
  return (
    <AccountFrame
      windowTitle={t`Language and time zone`}
      title={<Trans>Language and time zone</Trans>}
      lead={<Trans>For your own screens and messages. Other people keep theirs.</Trans>}
    >
      <QueryView query={session}>{(data) => <Preferences session={data} />}</QueryView>
    </AccountFrame>
  );
}

function Preferences({ session }: { session: Session }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const zones = useZones(session.time_zone);
  const here = browserZone();
  const save = useMutation({
    mutationFn: (changes: MyChanges) => api.me.update(changes),
    onSuccess: async ({ language, time_zone, date_format }) => {
      client.setQueryData(queries.session().queryKey, { ...session, language, time_zone, date_format });
      if (!language) rememberLanguage(null);
      await address({ language, time_zone, date_format });
      tell(t`Saved.`);
      // What was said in the other language is asked for again.
      await client.invalidateQueries({ queryKey: topicKey("notifications") });
    },
  });
  return (
    <Card title={<Trans>Language, time and dates</Trans>}>
      <div className="card-body stack loose">
        <SelectField
          label={t`Language`}
          value={session.language ?? browser}
          onChange={(language) => save.mutate({ language: language === browser ? null : language })}
          choices={[
            { id: browser, name: t`As my browser says` },
            ...locales.map((locale) => ({ id: locale, name: languageNames[locale] })),
          ]}
        />
        <ComboField
          label={t`Time zone`}
          hint={
            <Trans>
              Dates and times are shown in it, here and in messages. There it is now{" "}
              {formatInstant(new Date().toISOString())}.
            </Trans>
          }
          value={session.time_zone ?? browser}
          onChange={(zone) => save.mutate({ time_zone: zone === browser ? null : zone })}
          choices={[{ id: browser, name: t`As my browser says (${here})` }, ...zones]}
        />
        <SelectField
          label={t`Dates`}
          value={session.date_format ?? browser}
          onChange={(format) => save.mutate({ date_format: format === browser ? null : format })}
          choices={[
            { id: browser, name: t`As the language writes them` },
            ...dateFormats.map((format) => ({ id: format, name: dateExample(format) })),
          ]}
        />
        <ProblemBanner error={save.error} />
      </div>
    </Card>
  );
}
