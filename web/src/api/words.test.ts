/** USE-04, USE-05: what the server refuses is said in the reader's language, and never not at all. */
import { i18n } from "@lingui/core";
import { afterAll, describe, expect, it } from "vitest";
import { messages as spanish } from "../i18n/locales/es.po";
import { Problem } from "./problem.ts";
import { markOf, nextOf, pauseOf, saidOf, whyNot, wrongOf } from "./words.ts";

const speak = (locale: "en" | "es") =>
  i18n.loadAndActivate({ locale, messages: locale === "es" ? spanish : {} });
afterAll(() => speak("en"));

const refused = new Problem({
  status: 409,
  code: "tool_off",
  detail: "Drawings is switched off in the upstream project.",
  action: "Switch the tool on in the project's settings.",
});

it("says in every language why a tool does not flow", () => {
  const paused = { code: "downstream_inactive", message: "The downstream project is inactive." };
  speak("es");
  expect(pauseOf(paused)).toMatch(/^El proyecto de destino está inactivo/);
  expect(pauseOf({ ...paused, code: "of_a_newer_server" })).toBe(paused.message);
});

describe("a problem", () => {
  it("is said in the server's own words in English", () => {
    speak("en");
    expect(saidOf(refused)).toBe("Drawings is switched off in the upstream project.");
    expect(nextOf(refused)).toBe("Switch the tool on in the project's settings.");
  });

  it("is said by its code in other languages", () => {
    speak("es");
    expect(saidOf(refused)).toBe("La herramienta está desactivada.");
    expect(nextOf(refused)).toBe("Active la herramienta en los ajustes del proyecto.");
    expect(whyNot({ allowed: false, code: "needs_level", reason: "Needs Admin." })).toMatch(/^Su nivel/);
    expect(wrongOf({ pointer: "/email", code: "not_an_email", detail: "No." })).toMatch(
      /^No es una dirección/,
    );
  });

  it("that this screen does not know is said as the server says it", () => {
    speak("es");
    const newer = new Problem({
      status: 409,
      code: "of_a_newer_server",
      detail: "Something new.",
      action: "Do it.",
    });
    expect([saidOf(newer), nextOf(newer)]).toEqual(["Something new.", "Do it."]);
    expect(whyNot({ allowed: false })).toBe("");
    expect(saidOf(new Problem({ status: 502 }))).toBe("El servidor respondió 502.");
  });
});

it("what was read from a sheet is named in the reader's language", () => {
  speak("es");
  const mark = { code: "low_confidence" as const, message: "", fields: ["title", "revision"], after: null };
  expect(markOf(mark, "A-101")).toBe("Leído con poca certeza: título, revisión.");
});
