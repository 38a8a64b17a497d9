/**
 * The language of the screen. Only the catalogue in use is loaded; English is the source.
 */
import { i18n, type Messages } from "@lingui/core";

export const locales = ["en"] as const;
export type Locale = (typeof locales)[number];

/** The first of the reader's languages that the screen speaks. */
export function chooseLocale(wanted: readonly string[]): Locale {
  for (const tag of wanted) {
    const exact = locales.find((locale) => locale.toLowerCase() === tag.toLowerCase());
    if (exact) return exact;
    const language = tag.split("-")[0]?.toLowerCase();
    const near = locales.find((locale) => locale.split("-")[0] === language);
    if (near) return near;
  }
  return "en";
}

const catalogues: Record<Locale, () => Promise<{ messages: Messages }>> = {
  en: () => import("./locales/en.po"),
};

export async function activate(locale: Locale): Promise<void> {
  const { messages } = await catalogues[locale]();
  i18n.loadAndActivate({ locale, messages });
  document.documentElement.lang = locale;
}

/** How dates and numbers are written: the reader's own locale, which may be finer than the catalogue's. */
export const formatLocale = (): string => navigator.language || "en";

export { i18n };
