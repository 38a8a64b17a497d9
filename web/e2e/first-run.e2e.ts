/** An empty installation, set up in the browser by whoever reads the server's log. */
import { readFile } from "node:fs/promises";
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

it("USE-01, USE-02: an empty installation leads its first administrator to company, people, project and approval", async ({
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
  await page.getByRole("button", { name: "Create the company" }).click();
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

it("whoever set it up founds and closes companies, exports everything, and deletes a project", async ({
  onTestFailed,
}) => {
  onTestFailed(keepPictures);
  const ines = await Seat.take(browser, program.url);
  const { page } = ines;
  await ines.signIn("ines@harbor.example", password);

  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Companies of this installation" }).click();
  await page.getByRole("heading", { name: "Companies of this installation", level: 1 }).waitFor();
  await page.getByRole("button", { name: "New company" }).click();
  const dialog = page.getByRole("dialog", { name: "New company" });
  await dialog.getByLabel("Name of the company").fill("Delta Mechanical");
  await dialog.getByLabel("Name of its administrator").fill("Maria Lopez");
  await dialog.getByLabel("Administrator's e-mail").fill("maria@delta.example");
  await accessible(page, "founding a company");
  await dialog.getByRole("button", { name: "Create the company" }).click();
  const line = page.getByRole("listitem").filter({ hasText: "Delta Mechanical" });
  await line.getByRole("button", { name: /^Close/ }).click();
  const close = page.getByRole("alertdialog", { name: "Close Delta Mechanical" });
  await close.getByText("0 projects").waitFor();
  await close.getByLabel("Reason").fill("Created by mistake.");
  const really = close.getByRole("button", { name: "Close for good" });
  expect(await really.isDisabled()).toBe(true);
  await close.getByLabel("Type its name to confirm").fill("Delta Mechanical");
  await accessible(page, "closing a company");
  await really.click();
  await line.getByText(/^Closed on/).waitFor();
  await accessible(page, "the companies of the installation");

  const { companies } = await (await page.request.get("/api/v1/session")).json();
  await page.goto(`/companies/${companies[0].id}/settings`);
  await page.getByRole("button", { name: "Export everything" }).click();
  const fetched = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).click();
  const archive = await readFile(await (await fetched).path());
  expect(archive.subarray(0, 4).toString("latin1")).toBe("PK\u0003\u0004");
  expect(archive.includes("projects/Harbor Tower/index.html")).toBe(true);
  await accessible(page, "an export");

  await page.goto("/projects");
  await page.getByRole("link", { name: /Harbor Tower/ }).click();
  await page.getByRole("heading", { name: "Harbor Tower", level: 1 }).waitFor();
  await page.goto(`${new URL(page.url()).pathname}/settings`);
  await page.getByRole("button", { name: "Delete this project" }).click();
  const remove = page.getByRole("alertdialog", { name: "Delete Harbor Tower" });
  await remove.getByText("0 drawings").waitFor();
  await accessible(page, "deleting a project");
  // By keyboard alone: the reason has the focus.
  await page.keyboard.type("The job was called off.");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Harbor Tower");
  await page.keyboard.press("Enter");
  await page.getByText("No projects yet").waitFor();
  await ines.leave();
});
