/** USE-05: the screen in each language, on a phone: as the browser asks, as the person chooses, and kept. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { accessible, keepPictures, launch, Seat } from "./browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => browser?.close());

/** Words that a page of the screen shows, told by their places; the demo's own names stay as they are. */
const spoken = {
  "es-MX": { lang: "es", tabs: ["Inicio", "Planos", "Gestor de conexiones"], connected: /Conectada/ },
  "pt-BR": { lang: "pt-BR", tabs: ["Início", "Desenhos", "Gerenciador de conexões"], connected: /Conectada/ },
  "fr-CA": { lang: "fr", tabs: ["Accueil", "Plans", "Gestionnaire de connexions"], connected: /Connectée/ },
} as const;

const language = (page: Page) => page.evaluate(() => document.documentElement.lang);

/** Nothing sticks out of a narrow screen, however long its words are. */
async function narrow(page: Page, where: string): Promise<void> {
  await page.getByRole("heading", { level: 1 }).waitFor();
  const wide = await page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll(".page-area, .project-area, .page, .modal")]
      .filter((one) => one.scrollWidth > one.clientWidth + 1)
      .map((one) => `${one.tagName}.${one.className}`),
  );
  expect(wide, where).toEqual([]);
}

it.each(Object.entries(spoken))("speaks as a browser in %s asks", async (locale, words) => {
  const maria = await Seat.take(browser, inject("demo"), { phone: true, locale });
  const { page } = maria;
  await maria.signIn("maria@delta.example", inject("demoPassword"));
  expect(await language(page)).toBe(words.lang);
  const answer = await page.request.get("/api/v1/projects");
  const { items } = await answer.json();
  const hvac = items.find((one: { name: string }) => one.name === "Harbor Tower HVAC");
  const home = `/projects/${hvac.id}`;
  const company = `/companies/${hvac.company.id}`;
  for (const address of [
    "/projects",
    "/notifications",
    "/account",
    "/preferences",
    "/sessions",
    "/tokens",
    `${company}/people`,
    `${company}/permission-templates`,
    `${company}/service-accounts`,
    `${company}/audit-log`,
    home,
    `${home}/drawings`,
    `${home}/drawings/settings`,
    `${home}/connections`,
    `${home}/connections/settings`,
    `${home}/uploads/new`,
  ]) {
    await page.goto(address);
    await narrow(page, `${locale} ${address}`);
  }
  await page.goto(home);
  const tools = page.getByRole("navigation").first();
  for (const name of words.tabs) await tools.getByRole("link", { name }).waitFor();
  await page.getByText(words.connected).first().waitFor();
  await accessible(page, `${locale} ${home}`);
  await maria.leave();
});

it("keeps the language and the zone that a person chooses", async ({ onTestFailed }) => {
  onTestFailed(keepPictures);
  const sam = await Seat.take(browser, inject("demo"), { timeZone: "America/New_York" });
  const { page } = sam;
  // Before anybody is known, the page itself offers the languages.
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Language: English" }).click();
  await page.getByRole("menuitemradio", { name: "Français" }).click();
  await page.getByRole("heading", { name: "S’identifier" }).waitFor();
  await sam.signIn("sam@delta.example", inject("demoPassword"));
  await page.getByRole("heading", { name: "Projets" }).waitFor();

  await page.getByRole("button", { name: /Compte de/ }).click();
  await page.getByRole("menuitem", { name: "Langue et fuseau horaire" }).click();
  await page.getByRole("button", { name: /Langue/ }).click();
  await page.getByRole("option", { name: "Español" }).click();
  await page.getByRole("heading", { name: "Idioma y zona horaria" }).waitFor();
  expect(await language(page)).toBe("es");
  const zone = page.getByRole("combobox", { name: "Zona horaria" });
  await zone.fill("Madrid");
  await page.getByRole("option", { name: "Europe/Madrid" }).click();
  await page.getByText("Guardado.").last().waitFor();
  await page.getByRole("button", { name: /Fechas/ }).click();
  await page.getByRole("option", { name: /-12-31$/ }).click();
  await page.getByText(/Allí es ahora .*\d{4}-\d{2}-\d{2}/).waitFor();

  // Another browser, somewhere else, asking for something else: what was chosen counts.
  const elsewhere = await Seat.take(browser, inject("demo"), { locale: "pt-BR", timeZone: "Asia/Tokyo" });
  await elsewhere.signIn("sam@delta.example", inject("demoPassword"));
  await elsewhere.page.getByRole("heading", { name: "Proyectos" }).waitFor();
  await elsewhere.page.goto("/preferences");
  await elsewhere.page.getByRole("combobox", { name: "Zona horaria" }).waitFor();
  expect(await elsewhere.page.getByRole("combobox").inputValue()).toBe("Europe/Madrid");
  await elsewhere.leave();
  await sam.leave();
});
