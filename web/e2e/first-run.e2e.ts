/** An empty installation, set up in the browser by whoever reads the server's log. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { accessible, keepPictures, launch, Seat } from "./browser.ts";
import { type Program, start } from "./program.ts";

const password = "gate-valve-open-2026";
let program: Program;
let browser: Browser;

beforeAll(async () => {
  [program, browser] = await Promise.all([start("serve"), launch()]);
});
afterAll(async () => {
  await browser?.close();
  await program?.end();
});

/** The token in what the server printed. */
function token(): string {
  const [, found] = /\/first-run#(\S+)/.exec(program.output()) ?? [];
  if (!found) throw new Error(`no token in:\n${program.output()}`);
  return found;
}

it("an empty installation leads its first administrator through company, people, project and approval", async ({
  onTestFailed,
}) => {
  onTestFailed(keepPictures);
  const ines = await Seat.take(browser, program.url, { phone: true });
  const { page } = ines;

  // Any address of an empty installation leads to its first run; without the token it says where that is.
  await page.goto("/");
  await page.getByRole("heading", { name: "Set up this installation" }).waitFor();
  await page.getByLabel("One-time token").fill("guessed");
  await page.getByLabel("Name of your company").fill("Harbor Builders");
  await page.getByLabel("Your name").fill("Ines Ortega");
  await page.getByLabel("E-mail").fill("ines@harbor.example");
  await page.getByLabel("Choose a password").fill(password);
  await page.getByRole("button", { name: "Found the company" }).click();
  await page.getByText("This is not the token of the first run.").waitFor();
  await accessible(page, "the first run with a wrong token");

  // With the address from the log, by keyboard alone.
  await page.goto(`/first-run#${token()}`);
  await page.getByText("The one-time token came with the address.").waitFor();
  await expect.poll(() => new URL(page.url()).hash).toBe("");
  await accessible(page, "the first run");
  await page.getByLabel("Name of your company").focus();
  for (const text of ["Harbor Builders", "Ines Ortega", "ines@harbor.example", password]) {
    await page.keyboard.type(text);
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");

  await page.getByRole("heading", { name: "People", level: 2 }).waitFor();
  await page.getByRole("button", { name: "Add a person" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a person" });
  await dialog.getByLabel("Name").fill("Paul Adeyemi");
  await dialog.getByLabel("E-mail").fill("paul@harbor.example");
  await dialog.getByRole("button", { name: "Add and invite" }).click();
  await page.getByRole("listitem").filter({ hasText: "Paul Adeyemi" }).getByText("Invited").waitFor();
  await accessible(page, "inviting people");

  await page.getByRole("link", { name: "Continue" }).click();
  await page.getByRole("heading", { name: "Project", level: 2 }).waitFor();
  await accessible(page, "the first project");
  // A reload in between loses nothing.
  await page.reload();
  await page.getByLabel("Name", { exact: true }).fill("Harbor Tower");
  await page.getByRole("button", { name: "Create" }).click();

  await page.getByRole("heading", { name: "Connections", level: 2 }).waitFor();
  await accessible(page, "how connections are approved");
  await page.getByText("Automatic", { exact: true }).click();
  await page.getByRole("button", { name: "Finish" }).click();
  await page.getByRole("heading", { name: "Harbor Tower", level: 1 }).waitFor();
  const { companies, installation_admin } = await (await page.request.get("/api/v1/session")).json();
  expect(installation_admin).toBe(true);
  const settings = await page.request.get(`/api/v1/companies/${companies[0].id}/connection-settings`);
  expect((await settings.json()).approval).toBe("automatic");
  await ines.leave();

  // It works once: everybody else signs in.
  const other = await Seat.take(browser, program.url);
  await other.page.goto(`/first-run#${token()}`);
  await other.page.getByRole("heading", { name: "Sign in" }).waitFor();
  await other.signIn("ines@harbor.example", password);
  await other.leave();
});
