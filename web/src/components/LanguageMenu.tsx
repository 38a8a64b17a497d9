/** The language of the screen, for someone who is not inside yet. */
import { useLingui } from "@lingui/react/macro";
import { chooseHere, chooseLocale, i18n, languageNames, locales } from "../i18n/index.ts";
import { Icon } from "./Icon.tsx";
import { Menu } from "./Menu.tsx";

export function LanguageMenu() {
  const { t } = useLingui();
  const now = chooseLocale([i18n.locale]);
  return (
    <Menu
      className="btn plain"
      label={t`Language: ${languageNames[now]}`}
      choose="one"
      entries={locales.map((locale) => ({
        id: locale,
        name: languageNames[locale],
        selected: locale === now,
        onAct: () => void chooseHere(locale),
      }))}
    >
      <Icon name="language" />
      {languageNames[now]}
    </Menu>
  );
}
