/**
 * The language of the screen, and the zone in which it tells times: what the person chose, else what the
 * browser says. Only the catalogue in use is loaded; English is the source.
 */
import { i18n, type Messages } from "@lingui/core";
import type { DateFormat } from "../api/types.ts";
import { rememberedLanguage, rememberLanguage } from "../preferences.ts";

export const locales = ["en", "es", "pt-BR", "fr"] as const;
export type Locale = (typeof locales)[number];

/** Each language in its own words: whoever looks for theirs may not read the present one. */
export const languageNames: Readonly<Record<Locale, string>> = {
  en: "English",
  es: "Español",
  "pt-BR": "Português (Brasil)",
  fr: "Français",
};

const primary = (tag: string): string => tag.split("-")[0]?.toLowerCase() ?? "";

/** The first of the reader's languages that the screen speaks. */
export function chooseLocale(wanted: readonly string[]): Locale {
  for (const tag of wanted) {
    const exact = locales.find((locale) => locale.toLowerCase() === tag.toLowerCase());
    if (exact) return exact;
    const near = locales.find((locale) => primary(locale) === primary(tag));
    if (near) return near;
  }
  return "en";
}

/** The reader's own form of a language, which may be finer than the catalogue's: `es-MX` for `es`. */
export const finest = (locale: Locale, wanted: readonly string[]): string =>
  wanted.find((tag) => primary(tag) === primary(locale)) ?? locale;

const catalogues: Record<Locale, () => Promise<{ messages: Messages }>> = {
  en: () => import("./locales/en.po"),
  es: () => import("./locales/es.po"),
  "pt-BR": () => import("./locales/pt-BR.po"),
  fr: () => import("./locales/fr.po"),
};

/** How times are written: in the zone the person chose; undefined is the browser's. */
let zone: string | undefined;
export const timeZone = (): string | undefined => zone;

/** How dates are written: the order the person chose; undefined is their language's. */
let dates: DateFormat | undefined;
export const dateOrder = (): DateFormat | undefined => dates;

const listeners = new Set<() => void>();
export function listenForReader(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Language, zone and dates in one word; when it changes, everything is written anew. */
export const reader = (): string => `${i18n.locale} ${zone ?? ""} ${dates ?? ""}`;

async function activate(locale: Locale): Promise<void> {
  if (i18n.locale === locale) return;
  const { messages } = await catalogues[locale]();
  i18n.loadAndActivate({ locale, messages });
  document.documentElement.lang = locale;
}

/** Before anybody is known: the language last used here, else the browser's. */
export async function begin(): Promise<void> {
  const remembered = rememberedLanguage();
  await activate(chooseLocale(remembered ? [remembered] : navigator.languages));
}

/** What a person chose; `null` leaves it to the browser. */
export interface Address {
  language: Locale | null;
  time_zone: string | null;
  date_format: DateFormat | null;
}

/** Takes up what a person chose. */
export async function address(chosen: Address): Promise<void> {
  const before = reader();
  zone = chosen.time_zone ?? undefined;
  dates = chosen.date_format ?? undefined;
  if (chosen.language) rememberLanguage(chosen.language);
  const remembered = rememberedLanguage();
  await activate(chosen.language ?? chooseLocale(remembered ? [remembered] : navigator.languages));
  if (reader() !== before) for (const listener of listeners) listener();
}

/** Chooses a language on this device, for someone who is not signed in. */
export function chooseHere(language: Locale): Promise<void> {
  rememberLanguage(language);
  return address({ language, time_zone: zone ?? null, date_format: dates ?? null });
}

/** How dates and numbers are written. */
export const formatLocale = (): string => finest(chooseLocale([i18n.locale]), navigator.languages);

export { i18n };
