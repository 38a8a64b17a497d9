/** USE-05: every text of the screen is in every language, none is left over, and none lost a place or a tag. */
import path from "node:path";
import { getCatalogs } from "@lingui/cli/api";
import { getConfig } from "@lingui/conf";
import { beforeAll, describe, expect, it } from "vitest";
import { locales } from "./index.ts";

interface Entry {
  message?: string;
  translation?: string;
  obsolete?: boolean;
}
type Catalogue = Record<string, Entry>;

let extracted: Catalogue;
const kept: Record<string, Catalogue> = {};

beforeAll(async () => {
  const config = getConfig({ configPath: path.join(import.meta.dirname, "../../lingui.config.ts") });
  const [catalog] = await getCatalogs(config);
  if (!catalog) throw new Error("lingui.config.ts names no catalogue");
  extracted = ((await catalog.collect()) ?? {}) as Catalogue;
  for (const locale of locales) kept[locale] = ((await catalog.read(locale)) ?? {}) as Catalogue;
}, 120_000);

/** What a text is filled with: `{name}`, `<0>`, `{count, plural}`. */
const places = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)(?:\}|, plural)|<(\d+)>/g)].map((match) => match[1] ?? `<${match[2]}>`).sort();

const known = (locale: string): [string, Entry][] => Object.entries(kept[locale] ?? {});

describe.each(locales)("%s", (locale) => {
  it("has every text of the screen, and no other", () => {
    const ids = (catalogue: Catalogue) => Object.keys(catalogue).sort();
    const said = (id: string) => extracted[id]?.message ?? kept[locale]?.[id]?.message ?? id;
    const mine = kept[locale] ?? {};
    expect(
      ids(extracted)
        .filter((id) => !(id in mine))
        .map(said),
      "missing: npm run i18n",
    ).toEqual([]);
    expect(
      ids(mine)
        .filter((id) => !(id in extracted))
        .map(said),
      "nobody shows these",
    ).toEqual([]);
    const empty = known(locale).filter(([, { translation }]) => !translation);
    expect(
      empty.map(([id]) => said(id)),
      "not translated",
    ).toEqual([]);
  });

  it("fills the same places", () => {
    for (const [, { message = "", translation = "" }] of known(locale)) {
      expect(places(translation), translation).toEqual(places(message));
      // An apostrophe would begin a quotation of the message format.
      if (locale !== "en") expect(translation, translation).not.toContain("'");
    }
  });

  it("has the forms of one and of many", () => {
    for (const [, { translation = "" }] of known(locale)) {
      for (const [whole] of translation.matchAll(/\{\w+, plural, (?:[^{}]|\{[^{}]*\})*\}/g)) {
        expect(whole, whole).toMatch(/one \{.+\} other \{.+\}/);
      }
    }
  });
});

it("whole sentences are nowhere left in English", () => {
  for (const locale of locales.filter((one) => one !== "en")) {
    const same = known(locale).filter(
      ([, one]) => (one.message ?? "").length > 24 && one.message === one.translation,
    );
    expect(
      same.map(([, one]) => one.message),
      locale,
    ).toEqual([]);
  }
});

it("French keeps its signs on the line", () => {
  for (const [, { translation = "" }] of known("fr")) {
    expect(translation, translation).not.toMatch(/ [:;!?»%]|« /);
  }
});
