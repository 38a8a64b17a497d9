/** The main job from end to end: publish upstream, arrive downstream. Everything goes through the screen. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Browser, type Page, request } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { keepPictures, launch, mark, Seat, stillOpen } from "./browser.ts";
import { type Program, start } from "./program.ts";

const password = "gate-valve-open-2026";
let program: Program;
let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "sluice-story-"));
  [program, browser] = await Promise.all([start("serve"), launch()]);
});
afterAll(async () => {
  await browser?.close();
  await program?.end();
  await rm(folder, { recursive: true, force: true });
});

/** Sheets of the demo, as files on this machine. */
async function sheets(numbers: readonly string[]): Promise<string[]> {
  const demo = await request.newContext({
    baseURL: inject("demo"),
    extraHTTPHeaders: { Origin: inject("demo") },
  });
  await demo.post("/api/v1/session", {
    data: { email: "paul@harbor.example", password: inject("demoPassword") },
  });
  const { items: projects } = await (await demo.get("/api/v1/projects")).json();
  const { items } = await (await demo.get(`/api/v1/projects/${projects[0].id}/drawings`)).json();
  const saved = [];
  for (const number of numbers) {
    const { revision } = items.find((drawing: { number: string }) => drawing.number === number);
    const file = path.join(folder, `${number}.pdf`);
    await writeFile(file, await (await demo.get(`/api/v1/drawing-revisions/${revision.id}/file`)).body());
    saved.push(file);
  }
  await demo.dispose();
  return saved;
}

async function company(name: string, admin: string, email: string): Promise<Seat> {
  await program.admin(
    [
      "create-company",
      "--name",
      name,
      "--admin-name",
      admin,
      "--admin-email",
      email,
      "--admin-password-stdin",
    ],
    `${password}\n`,
  );
  const seat = await Seat.take(browser, program.url);
  await seat.signIn(email, password);
  return seat;
}

/** Creates a project and returns its address. */
async function project(page: Page, name: string, number: string): Promise<string> {
  await page.getByRole("button", { name: "New project" }).first().click();
  const dialog = page.getByRole("dialog", { name: "New project" });
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("Number").fill(number);
  await dialog.getByRole("button", { name: "Create" }).click();
  await page.getByRole("heading", { name, level: 1 }).waitFor();
  return new URL(page.url()).pathname;
}

interface Newcomer {
  name: string;
  email: string;
  employee: boolean;
  levels: Record<string, string>;
}

/** Adds a person to the directory and returns the link of the invitation. */
async function invite(
  page: Page,
  home: string,
  { name, email, employee, levels }: Newcomer,
): Promise<string> {
  await page.goto(`${home}/directory`);
  await page.getByRole("button", { name: "Add a person" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a person" });
  await dialog.getByLabel("E-mail").fill(email);
  await dialog.getByLabel("Name").fill(name);
  if (employee) await dialog.getByText("Works for our company").click();
  for (const [tool, level] of Object.entries(levels)) {
    await dialog.getByRole("button", { name: new RegExp(`${tool}$`) }).click();
    await page.getByRole("option", { name: level }).click();
  }
  await dialog.getByRole("button", { name: "Add and invite" }).click();
  await page.getByRole("row", { name }).getByText("Invited").waitFor();
  const printed = await program.admin(["invitation-link", "--email", email]);
  const link = /\/invitations\/\S+/.exec(printed)?.[0];
  if (!link) throw new Error(`no link in: ${printed}`);
  return link;
}

/** Maria accepts an invitation: she is signed in already, and represents the company she works for. */
async function acceptForDelta(page: Page, link: string, home: string): Promise<void> {
  await page.goto(link);
  await page.getByText("You will represent Delta Mechanical.").waitFor();
  await page.getByRole("button", { name: "Accept the invitation" }).click();
  await page.waitForURL(`**${home}`);
}

/** Sends files into a new set. */
async function upload(page: Page, home: string, files: readonly string[], set: string, date: string) {
  await page.goto(`${home}/uploads/new`);
  await page.locator("input[type=file]").setInputFiles([...files]);
  await page.getByLabel("Name of the set").fill(set);
  await page.getByLabel("Date of the set").fill(date);
  await page.getByRole("button", { name: /^Upload \d+ files?$/ }).click();
}

/** Issues a sheet again as its next revision; what else is on it stays. */
async function reissue(page: Page, home: string, file: string, set: string, title: string): Promise<void> {
  await upload(page, home, [file], set, "2026-10-07");
  await page.getByText("1 to review").waitFor({ timeout: 60_000 });
  await page.getByLabel("Title", { exact: true }).fill(title);
  await page.getByLabel("Revision", { exact: true }).fill("1");
  await page.getByRole("button", { name: "Confirm all" }).click();
  await page.getByText("1 sheet confirmed").waitFor();
  await page.getByRole("link", { name: "Open the log to publish" }).click();
  await publishAll(page);
}

/** Three sheets are copied faster than anybody looks: the page is given answers of a moment before that, until it is let go. */
async function halfway(page: Page): Promise<() => Promise<void>> {
  const address = /\/projects\/[^/]+\/connections(\?|$)/;
  await page.route(address, async (route) => {
    const answer = await route.fetch();
    const list = await answer.json();
    const [connection] = list.items;
    if (connection?.state === "connected") {
      const before = { state: "active", copied: 1, waiting: 2, total: 3, first_copy_complete_at: null };
      Object.assign(connection.tools.drawings, before);
    }
    await route.fulfill({ response: answer, json: list });
  });
  return () => page.unroute(address);
}

const row = (page: Page, number: string) =>
  page.getByRole("grid", { name: "Drawings" }).getByRole("row", { name: number });

async function publishAll(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await page.getByRole("menuitem", { name: "Publish", exact: true }).click();
  await page.getByRole("dialog", { name: "Publish" }).getByRole("button", { name: "Publish" }).click();
  await page.getByText(/^Published \d+ revisions?\.$/).waitFor();
}

it("DRF-01, DRF-04, VIEW-01, CON-09, DIS-02, CON-04: from publishing upstream to the end and after it", async ({
  onTestFailed,
}) => {
  onTestFailed(keepPictures);
  const files = await sheets(["A-101", "M-101", "S-101"]);

  // Two companies, each with a project and its people.
  const ines = await company("Harbor Builders", "Ines Ortega", "ines@harbor.example");
  const harbor = await project(ines.page, "Harbor Tower", "H-2104");
  const maria = await company("Delta Mechanical", "Maria Lopez", "maria@delta.example");
  const delta = await project(maria.page, "Harbor Tower HVAC", "D-311");

  const forPaul = await invite(ines.page, harbor, {
    name: "Paul Adeyemi",
    email: "paul@harbor.example",
    employee: true,
    levels: { Drawings: "Admin", "Connection Manager": "Admin" },
  });
  const paul = await Seat.take(browser, program.url);
  await paul.page.goto(forPaul);
  await paul.page.getByLabel("Choose a password").fill(password);
  await paul.page.getByRole("button", { name: "Accept the invitation" }).click();
  await paul.page.waitForURL(`**${harbor}`);

  const forMaria = await invite(ines.page, harbor, {
    name: "Maria Lopez",
    email: "maria@delta.example",
    employee: false,
    levels: { Drawings: "Read Only" },
  });
  await acceptForDelta(maria.page, forMaria, harbor);
  await ines.page.reload();
  await ines.page.getByRole("row", { name: "Maria Lopez" }).getByText("Delta Mechanical").waitFor();

  // The engineer uploads, reviews, confirms, publishes.
  await upload(paul.page, harbor, files, "Construction Documents", "2026-09-23");
  await paul.page.getByRole("progressbar").first().waitFor();
  await paul.page.getByText("3 to review").waitFor({ timeout: 60_000 });
  await paul.page.getByRole("option", { name: "A-101" }).click();
  await paul.page.getByLabel("Title", { exact: true }).fill("FIRST FLOOR PLAN, LEVEL 1");
  await paul.page.getByRole("button", { name: "Confirm all" }).click();
  await paul.page.getByText("3 sheets confirmed").waitFor();
  await paul.page.getByRole("link", { name: "Open the log to publish" }).click();
  await row(paul.page, "A-101").getByText("Unpublished").waitFor();
  await publishAll(paul.page);
  await row(paul.page, "A-101").getByText("Current").waitFor();

  // Delta asks to connect.
  await maria.page.goto(`${delta}/connections`);
  await maria.page.getByRole("link", { name: "Connect an upstream project" }).click();
  await maria.page.getByText("Harbor Builders").click();
  const next = maria.page.getByRole("button", { name: "Continue" });
  await next.click();
  await maria.page.getByRole("radio", { name: /Harbor Tower/ }).waitFor();
  await maria.page.getByText("3 published sheets").waitFor();
  await next.click();
  await maria.page.getByText("All published drawings").waitFor();
  await next.click();
  await maria.page.getByText("Review first").waitFor();
  await next.click();
  await maria.page.getByText("3 sheets").waitFor();
  await maria.page.getByText("I have read this.").click();
  await maria.page.getByRole("button", { name: "Send the request" }).click();
  const card = maria.page.getByRole("article", { name: /Harbor Builders/ });
  await card.getByText("Requested").waitFor();
  const log = await maria.another();
  await log.goto(`${delta}/drawings`);
  await log.getByText("No drawings yet").waitFor();
  const [letGo] = await Promise.all([halfway(maria.page), mark(maria.page), mark(log)]);

  // Harbor approves; the copies arrive on the screens that are open at Delta, and how far it is shows.
  await paul.page.goto(`${harbor}/connections`);
  const asked = paul.page.getByRole("article", { name: "Delta Mechanical" });
  await asked.getByText("Maria Lopez").waitFor();
  await asked.getByRole("button", { name: "Approve" }).click();
  await card.getByText("Connected").waitFor();
  await card.getByText("1 of 3 revisions").waitFor();
  const bar = card.getByRole("progressbar", { name: "First copy: Drawings" });
  expect(await bar.getAttribute("aria-valuenow")).toBe("33");
  await letGo();
  await card.getByText("3 revisions", { exact: true }).waitFor();
  expect(await bar.count()).toBe(0);
  for (const number of ["A-101", "M-101", "S-101"]) await row(log, number).getByText("Unpublished").waitFor();
  await Promise.all([stillOpen(maria.page), stillOpen(log)]);
  await publishAll(log);
  await row(log, "A-101").getByText("Current").waitFor();

  // The foreman opens the sheet on a phone.
  const forSam = await invite(maria.page, delta, {
    name: "Sam Carter",
    email: "sam@delta.example",
    employee: true,
    levels: { Drawings: "Read Only" },
  });
  const sam = await Seat.take(browser, program.url, { phone: true });
  await sam.page.goto(forSam);
  await sam.page.getByLabel("Choose a password").fill(password);
  await sam.page.getByRole("button", { name: "Accept the invitation" }).click();
  await sam.page.waitForURL(`**${delta}`);
  await sam.page.goto(`${delta}/drawings`);
  await row(sam.page, "A-101").getByRole("link").click();
  const sheet = sam.page.getByRole("application", { name: "Sheet A-101, FIRST FLOOR PLAN, LEVEL 1" });
  await sheet.waitFor();
  await sam.page.getByText("100%").waitFor({ state: "attached" });
  // The first picture is a small one: so far in, the sheet has to be fetched in a finer one.
  const tile = sam.page.waitForResponse((answer) => answer.url().includes("/tiles/") && answer.ok());
  for (let taps = 0; taps < 5; taps += 1) await sam.page.getByRole("button", { name: "Zoom in" }).tap();
  await sam.page.getByText("759%").waitFor({ state: "attached" });
  await tile;
  await sam.page.getByText(/From Harbor Builders · Harbor Tower/).waitFor();
  await mark(sam.page);

  // A new title reaches both open screens by itself.
  await paul.page.goto(`${harbor}/drawings`);
  await row(paul.page, "A-101").getByRole("link").click();
  await paul.page.getByRole("button", { name: "About this sheet" }).click();
  await paul.page.getByRole("button", { name: "Edit", exact: true }).click();
  const edit = paul.page.getByRole("dialog", { name: "Edit A-101" });
  await edit.getByLabel("Title").fill("LEVEL 1 FLOOR PLAN");
  await edit.getByRole("button", { name: "Save" }).click();
  await row(log, "A-101").getByText("LEVEL 1 FLOOR PLAN").waitFor({ timeout: 10_000 });
  await sam.page
    .getByRole("application", { name: "Sheet A-101, LEVEL 1 FLOOR PLAN" })
    .waitFor({ timeout: 10_000 });
  await Promise.all([stillOpen(log), stillOpen(sam.page)]);

  // So does a new revision: until it is published here the foreman hears that there is one, and whom to ask; then that his is superseded.
  await reissue(paul.page, harbor, files[0] as string, "Bulletin 1", "LEVEL 1 FLOOR PLAN");
  await sam.page.getByText(/not yet published here; ask Maria Lopez/).waitFor({ timeout: 10_000 });
  await row(log, "A-101").getByText("Unpublished").waitFor({ timeout: 10_000 });
  await publishAll(log);
  await sam.page.getByText(/Do not build from this sheet/).waitFor({ timeout: 10_000 });
  await Promise.all([stillOpen(log), stillOpen(sam.page)]);
  await sam.page.getByRole("button", { name: /^Open Rev/ }).tap();

  // Harbor's project sleeps: the flow pauses and says why, then goes on by itself.
  await maria.page.goto(`${delta}/connections`);
  await card.getByText("Active", { exact: true }).waitFor();
  await mark(maria.page);
  await ines.page.goto(`${harbor}/settings`);
  await ines.page.getByText("This project is active").click();
  await card.getByText("Paused").waitFor();
  await card.getByText(/upstream project is inactive/i).waitFor();
  await ines.page.getByText("This project is active").click();
  await card.getByText("Active", { exact: true }).waitFor();
  await stillOpen(maria.page);

  // Harbor ends it; Delta keeps every sheet, and cannot connect again.
  await paul.page.goto(`${harbor}/connections`);
  const live = paul.page.getByRole("article", { name: /Delta Mechanical/ });
  await live.getByRole("button", { name: "Disconnect" }).click();
  const end = paul.page.getByRole("alertdialog");
  await end.getByLabel("Reason").fill("The mechanical contract is complete.");
  await end.getByText("I accept these consequences.").click();
  await end.getByRole("button", { name: "Disconnect" }).click();
  await paul.page
    .getByRole("link", { name: /Delta Mechanical/ })
    .getByText("Disconnected")
    .waitFor();
  await maria.page.getByText("The mechanical contract is complete.").waitFor();
  await stillOpen(maria.page);

  // Harbor issues one sheet again and deletes another: neither reaches Delta, which still opens both.
  await reissue(paul.page, harbor, files[1] as string, "Bulletin 2", "DUCTWORK, AFTER THE END");
  await row(paul.page, "A-101").getByRole("link").click();
  await paul.page.getByRole("button", { name: "About this sheet" }).click();
  await paul.page.getByRole("button", { name: "Delete", exact: true }).click();
  await paul.page.getByText("Deleted. It can be restored from the deleted report.").waitFor();
  await sam.page.reload();
  await sam.page.getByRole("application", { name: "Sheet A-101, LEVEL 1 FLOOR PLAN" }).waitFor();
  await sam.page.getByText(/Not in sync since/).waitFor();
  expect(await sam.page.getByText(/deleted upstream/i).count()).toBe(0);
  await sam.page.goto(`${delta}/drawings`);
  await row(sam.page, "M-101").getByRole("link").click();
  await sam.page.getByRole("application", { name: /^Sheet M-101, (?!.*AFTER THE END)/ }).waitFor();
  await sam.page.getByText(/Not in sync since/).waitFor();
  expect(await sam.page.getByText(/newer revision on/).count()).toBe(0);
  const kept = await (await log.request.get(`/api/v1${delta}/drawings`)).json();
  const shown = kept.items.map((one: { number: string; revision: { revision: string } }) => [
    one.number,
    one.revision.revision,
  ]);
  expect(shown).toEqual([
    ["A-101", "1"],
    ["M-101", "0"],
    ["S-101", "0"],
  ]);

  // Nor can Delta connect this project again: not to Harbor, and not to anybody else.
  const nora = await company("Northgate Developers", "Nora Blake", "nora@northgate.example");
  const northgate = await project(nora.page, "Northgate School", "N-7");
  const another = await invite(nora.page, northgate, {
    name: "Maria Lopez",
    email: "maria@delta.example",
    employee: false,
    levels: { Drawings: "Read Only" },
  });
  await acceptForDelta(maria.page, another, northgate);
  await maria.page.goto(`${delta}/connections/new`);
  for (const name of [/Harbor Builders/, /Northgate Developers/]) {
    const choice = maria.page.getByRole("radio", { name });
    await choice.waitFor({ state: "attached" });
    expect(await choice.isDisabled()).toBe(true);
  }
  expect(await maria.page.getByText(/can never connect again/).count()).toBe(2);
  expect(await next.isDisabled()).toBe(true);

  for (const seat of [ines, paul, maria, sam, nora]) await seat.leave();
});
