/** Dates and numbers follow the person: their language, their zone. */
import { i18n } from "@lingui/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { DateFormat } from "../api/types.ts";
import { formatBytes, formatDate, formatInstant, formatNumber, today } from "./format.ts";
import { chooseLocale, finest, listenForReader } from "./index.ts";

vi.mock("./index.ts", async (original) => {
  const real = await original<typeof import("./index.ts")>();
  return { ...real, timeZone: () => zone, dateOrder: () => order, formatLocale: () => i18n.locale };
});
let zone: string | undefined;
let order: DateFormat | undefined;

const speak = (locale: string, where: string) => {
  i18n.loadAndActivate({ locale, messages: {} });
  zone = where;
};
afterEach(() => {
  speak("en", "UTC");
  order = undefined;
});

const newYearsEve = "2026-12-31T23:30:00Z";
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, " ");

describe("what is written for a reader", () => {
  it("is in their zone", () => {
    speak("en", "America/New_York");
    expect(formatInstant(newYearsEve)).toContain("06:30");
    speak("es", "Europe/Madrid");
    expect(formatInstant(newYearsEve)).toContain("0:30");
    expect(formatDate(newYearsEve)).toContain("2027");
  });

  it("keeps a date that has no zone", () => {
    speak("pt-BR", "America/Sao_Paulo");
    expect(formatDate("2026-11-22")).toBe("22 de nov. de 2026");
    speak("fr", "Pacific/Auckland");
    expect(formatDate("2026-11-22")).toBe("22 nov. 2026");
  });

  it("has the parts of a date in the order they chose", () => {
    const written = (locale: string, chosen: DateFormat) => {
      speak(locale, "UTC");
      order = chosen;
      return [formatDate("2026-11-02"), formatInstant("2025-11-02T14:05:00Z").replace(/ [AP]M$/, "")].map(
        plain,
      );
    };
    expect(written("en", "day_month_year")).toEqual(["2 Nov 2026", "2 Nov 2025, 02:05"]);
    expect(written("en", "month_day_year")).toEqual(["Nov 2, 2026", "Nov 2, 2025, 02:05"]);
    expect(written("fr", "month_day_year")).toEqual(["nov. 2, 2026", "nov. 2, 2025, 14:05"]);
    expect(written("pt-BR", "year_month_day")).toEqual(["2026-11-02", "2025-11-02, 14:05"]);
    speak("en", "America/New_York");
    expect(formatDate("2027-01-01T02:00:00Z")).toBe("2026-12-31");
  });

  it("groups and marks numbers as they do", () => {
    const written = (locale: string) => {
      speak(locale, "UTC");
      return [formatNumber(12_345), plain(formatBytes(1_500_000))];
    };
    expect(written("en")).toEqual(["12,345", "1.5 MB"]);
    expect(written("es")).toEqual(["12.345", "1,5 MB"]);
    expect(written("pt-BR")).toEqual(["12.345", "1,5 MB"]);
    expect(written("fr").map(plain)).toEqual(["12 345", "1,5 Mo"]);
  });

  it("knows what day it is in a zone", () => {
    expect(today("America/Sao_Paulo", new Date("2026-01-01T02:00:00Z"))).toBe("2025-12-31");
    expect(today("Pacific/Auckland", new Date("2025-12-31T12:00:00Z"))).toBe("2026-01-01");
  });
});

describe("the language", () => {
  it("is the first of the reader's that the screen speaks", () => {
    expect(chooseLocale(["es-MX", "en"])).toBe("es");
    expect(chooseLocale(["de", "pt-PT", "en"])).toBe("pt-BR");
    expect(chooseLocale(["FR-ca"])).toBe("fr");
    expect(chooseLocale(["ja"])).toBe("en");
  });

  it("is written in the reader's own form of it", () => {
    expect(finest("es", ["en-US", "es-MX"])).toBe("es-MX");
    expect(finest("fr", ["en-US"])).toBe("fr");
  });

  it("can be listened to, and left", () => {
    expect(listenForReader(() => {})()).toBe(true);
  });
});
