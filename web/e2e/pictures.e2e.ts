/**
 * The pictures of README and docs, taken while their tasks are done: `E2E_SCREENSHOTS=1 npm run e2e`.
 * `cargo xtask tidy` finds a picture that no document shows, and one that a document shows and nobody took.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, inject, it } from "vitest";
import { type Look, launch, Seat } from "./browser.ts";
import { type Program, start } from "./program.ts";

const images = path.join(import.meta.dirname, "../../docs/images");
/** What is seen around the thing a picture is of. */
const margin = 12;
let browser: Browser;
let empty: Program;

beforeAll(async () => {
  [empty, browser] = await Promise.all([start("serve"), launch()]);
});
afterAll(async () => {
  await browser?.close();
  await empty?.end();
});

/** Of the window, or only of a thing in it. */
async function picture(page: Page, name: string, of?: Locator): Promise<void> {
  await page.waitForLoadState("networkidle");
  const file = path.join(images, `${name}.png`);
  if (!of) {
    await page.screenshot({ path: file });
    return;
  }
  await of.scrollIntoViewIfNeeded();
  const box = await of.boundingBox();
  const screen = page.viewportSize();
  if (!box || !screen) throw new Error(`nothing to see of ${name}`);
  const [left, top] = [Math.max(0, box.x - margin), Math.max(0, box.y - margin)];
  const right = Math.min(screen.width, box.x + box.width + margin);
  const bottom = Math.min(screen.height, box.y + box.height + margin);
  await page.screenshot({ path: file, clip: { x: left, y: top, width: right - left, height: bottom - top } });
}

async function seat(email: string, look: Look = {}): Promise<Seat> {
  const taken = await Seat.take(browser, inject("demo"), look);
  // High enough for the longest dialog; on a phone as high as a phone is.
  if (!look.phone) await taken.page.setViewportSize({ width: 1280, height: 1000 });
  await taken.signIn(email, inject("demoPassword"));
  return taken;
}

/** The address of the project of this name. */
async function projectOf(page: Page, name: string): Promise<string> {
  const { items } = await (await page.request.get("/api/v1/projects")).json();
  const { id } = items.find((project: { name: string }) => project.name === name);
  return `/projects/${id}`;
}

const card = (page: Page, text: string | RegExp) => page.locator(".card").filter({ hasText: text });

/** Goes where a link leads by loading the page anew: only then does a quiet line mean that everything is drawn. */
async function follow(page: Page, link: Locator): Promise<void> {
  await page.goto((await link.getAttribute("href")) ?? "");
}

async function openSheet(page: Page, home: string, number: string): Promise<void> {
  await page.goto(`${home}/drawings`);
  await follow(page, page.getByRole("row", { name: number }).getByRole("link").first());
  await page.getByRole("button", { name: "About this sheet" }).waitFor();
}

it("of the upstream company: approval, people, an answer, and who is told", async () => {
  const ines = await seat("ines@harbor.example");
  const { page } = ines;
  const tower = await projectOf(page, "Harbor Tower");
  const { companies } = await (await page.request.get("/api/v1/session")).json();
  const company = `/companies/${companies[0].id}`;
  await page.goto(`${company}/settings`);
  await picture(page, "approval", card(page, "How connections to your projects are approved"));
  await page.getByRole("button", { name: "Export everything" }).click();
  await page.getByRole("link", { name: "Download" }).waitFor();
  await page.reload();
  await page.getByRole("link", { name: "Download" }).waitFor();
  await picture(page, "export", card(page, "Everything of your company"));
  await page.goto(`${company}/connections`);
  await page.getByText("Volt Electric").first().waitFor();
  await page.setViewportSize({ width: 1280, height: 420 });
  await picture(page, "register");
  await page.setViewportSize({ width: 1280, height: 1000 });

  await page.goto(`${tower}/directory`);
  await page.getByRole("button", { name: "Add a person" }).click();
  const person = page.getByRole("dialog", { name: "Add a person" });
  await person.getByLabel("E-mail").fill("rosa@granite.example");
  await person.getByLabel("Name", { exact: true }).fill("Rosa Diaz");
  await picture(page, "add-person", person);
  await page.goto(`${tower}/settings`);
  await page.getByRole("button", { name: "Delete this project" }).click();
  await picture(page, "delete-project", page.getByRole("alertdialog", { name: "Delete Harbor Tower" }));
  await ines.leave();

  const paul = await seat("paul@harbor.example");
  await paul.page.goto(`${tower}/connections`);
  await paul.page.getByText("Requests waiting for you").waitFor();
  await picture(paul.page, "connection-manager");
  await paul.page.getByRole("button", { name: "Decline" }).click();
  const decline = paul.page.getByRole("dialog", { name: "Decline the request of Volt Electric" });
  await decline.getByLabel(/^Reason/).fill("Please ask from your project for the east wing.");
  await picture(paul.page, "decline", decline);
  await paul.page.keyboard.press("Escape");
  await paul.page.getByRole("button", { name: "Disconnect" }).click();
  await picture(paul.page, "disconnect", paul.page.getByRole("alertdialog"));
  await paul.page.goto(`${tower}/connections/settings`);
  await paul.page.getByText("Specific people").click();
  await paul.page.getByRole("checkbox").first().waitFor();
  await picture(paul.page, "who-is-told", card(paul.page, "Who is told about connections"));
  await paul.page.goto(tower);
  await follow(paul.page, paul.page.getByRole("link", { name: /Delta Mechanical.*Connected/ }));
  await paul.page.getByRole("heading", { name: "History" }).waitFor();
  await picture(paul.page, "connection");
  await paul.leave();
});

it("of uploading, reviewing and publishing upstream", async () => {
  const paul = await seat("paul@harbor.example");
  const { page } = paul;
  const tower = await projectOf(page, "Harbor Tower");
  const { items } = await (await page.request.get(`/api/v1${tower}/drawings?q=A-103`)).json();
  const file = await page.request.get(`/api/v1/drawing-revisions/${items[0].revision.id}/file`);
  const folder = await mkdtemp(path.join(tmpdir(), "sluice-pictures-"));
  const sheet = path.join(folder, "A-103.pdf");
  await writeFile(sheet, await file.body());
  await page.goto(`${tower}/uploads/new`);
  await page.locator("input[type=file]").setInputFiles(sheet);
  await page.getByLabel("Name of the set").fill("Bulletin 2");
  await page.getByLabel("Date of the set").fill("2026-10-07");
  await page.getByRole("button", { name: /^Upload \d+ file/ }).click();
  await page.getByText("1 to review").waitFor({ timeout: 60_000 });
  await rm(folder, { recursive: true });
  await page.getByLabel("Revision", { exact: true }).fill("1");
  await page.keyboard.press("Tab");
  await page.getByText("A-103 has a revision 0 already.").waitFor({ state: "hidden" });
  await page.setViewportSize({ width: 1280, height: 800 });
  await picture(page, "review");
  await page.getByRole("button", { name: "Confirm all" }).click();
  await page.getByText("1 sheet confirmed").waitFor();
  await follow(page, page.getByRole("link", { name: "Open the log to publish" }));
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await page.getByRole("menuitem", { name: "Publish", exact: true }).waitFor();
  await page.setViewportSize({ width: 1280, height: 480 });
  await picture(page, "publish");
  await paul.leave();
});

it("of connecting, and of undoing it", async () => {
  const ben = await seat("ben@bright.example");
  const { page } = ben;
  const plumbing = await projectOf(page, "Harbor Tower Plumbing");
  await page.goto(`${plumbing}/connections`);
  await page.getByText("Declined").first().waitFor();
  await page.setViewportSize({ width: 1280, height: 300 });
  await picture(page, "declined");
  await page.setViewportSize({ width: 1280, height: 1000 });
  await page.getByRole("link", { name: "Connect", exact: true }).click();
  await page.getByText("Harbor Builders").click();
  const next = page.getByRole("button", { name: "Continue" });
  const wizard = page.locator(".project-area form");
  await next.click();
  await page.getByRole("heading", { name: "Project", level: 2 }).waitFor();
  await picture(page, "connect-project", wizard);
  await next.click();
  await page.getByRole("heading", { name: "What to share", level: 2 }).waitFor();
  await next.click();
  await page.getByRole("heading", { name: "How drawings arrive", level: 2 }).waitFor();
  await picture(page, "connect-arrival", wizard);
  await next.click();
  await page.getByText("I have read this").click();
  await picture(page, "connect-last", wizard);
  await page.getByRole("button", { name: "Send the request" }).click();
  await page.getByText("Requested").first().waitFor();
  await page.reload();
  await picture(page, "request-waits", page.getByRole("article"));

  const paul = await seat("paul@harbor.example");
  await paul.page.goto(`${await projectOf(paul.page, "Harbor Tower")}/connections`);
  const asked = paul.page.getByRole("article", { name: "Bright Plumbing", exact: true });
  await asked.getByRole("button", { name: "Approve" }).click();
  await paul.page.getByRole("button", { name: "Undo" }).click();
  await picture(paul.page, "undo", paul.page.getByRole("dialog", { name: /^Undo/ }));
  await paul.leave();
  await ben.leave();
});

it("of what arrived: publishing it, reading it, and marking it", async () => {
  const maria = await seat("maria@delta.example");
  const { page } = maria;
  const hvac = await projectOf(page, "Harbor Tower HVAC");
  await page.setViewportSize({ width: 1280, height: 600 });
  await page.goto(`${hvac}/drawings`);
  await page.getByText(/unpublished revisions/).waitFor();
  await picture(page, "arrived");
  await page.setViewportSize({ width: 1280, height: 1000 });
  await page.goto(`${hvac}/drawings/settings`);
  await picture(page, "arrival-settings", card(page, "How drawings arrive here"));
  await page.setViewportSize({ width: 1280, height: 800 });
  await openSheet(page, hvac, "M-101");
  await page.getByText(/From Harbor Builders/).waitFor();
  await picture(page, "viewer");
  await page.getByRole("button", { name: "About this sheet" }).click();
  await page.getByRole("button", { name: "Obsolete here…" }).click();
  await picture(page, "obsolete-here", page.getByRole("dialog"));
  await page.setViewportSize({ width: 1280, height: 480 });
  await page.goto("/preferences");
  await picture(page, "preferences");
  await maria.leave();

  const sam = await seat("sam@delta.example", { phone: true });
  await openSheet(sam.page, hvac, "A-102");
  await picture(sam.page, "newer-issued");
  await sam.leave();
});

it("of a pause, and of what stays after the end", async () => {
  const vera = await seat("vera@volt.example");
  await vera.page.goto(`${await projectOf(vera.page, "Northgate School Electrical")}/connections`);
  await picture(vera.page, "paused", vera.page.getByRole("article"));
  await vera.leave();

  const tom = await seat("tom@summit.example");
  await tom.page.setViewportSize({ width: 1280, height: 640 });
  await openSheet(tom.page, await projectOf(tom.page, "Northgate School Steel"), "S-201");
  await picture(tom.page, "not-in-sync");
  await tom.leave();
});

it("of comparing two revisions", async () => {
  const paul = await seat("paul@harbor.example");
  const { page } = paul;
  await page.setViewportSize({ width: 1280, height: 720 });
  await openSheet(page, await projectOf(page, "Harbor Tower"), "A-102");
  await follow(page, page.getByRole("link", { name: "Compare…" }));
  await page.getByText("only in Rev 0").waitFor();
  await picture(page, "compare");
  await paul.leave();
});

it("of an empty installation: the first run, an invitation, and the operator's companies", async () => {
  const [, token] = /\/first-run#(\S+)/.exec(empty.output()) ?? [];
  const ines = await Seat.take(browser, empty.url);
  const { page } = ines;
  await page.setViewportSize({ width: 1280, height: 1000 });
  await page.goto(`/first-run#${token}`);
  await page.getByText("The one-time token came with the address.").waitFor();
  await page.getByLabel("Name of your company").fill("Harbor Builders");
  await page.getByLabel("Your name").fill("Ines Ortega");
  await page.getByLabel("E-mail").fill("ines@harbor.example");
  await page.getByLabel("Choose a password").fill(inject("demoPassword"));
  await picture(page, "first-run", page.locator("form"));
  await page.getByRole("button", { name: "Create the company" }).click();
  await page.getByRole("heading", { name: "People", level: 2 }).waitFor();

  await page.goto("/installation");
  await page.getByRole("button", { name: "New company" }).click();
  const founding = page.getByRole("dialog", { name: "New company" });
  await founding.getByLabel("Name of the company").fill("Delta Mechanical");
  await founding.getByLabel("Name of its administrator").fill("Maria Lopez");
  await founding.getByLabel("Administrator's e-mail").fill("maria@delta.example");
  await picture(page, "new-company", founding);
  await founding.getByRole("button", { name: "Create the company" }).click();
  const line = page.getByRole("listitem").filter({ hasText: "Delta Mechanical" });
  await line.getByRole("button", { name: /^Close/ }).click();
  await picture(page, "close-company", page.getByRole("alertdialog", { name: "Close Delta Mechanical" }));

  const invited = await empty.admin(["invitation-link", "--email", "maria@delta.example"]);
  const [link] = /https?:\/\/\S+/.exec(invited) ?? [];
  if (!link) throw new Error(`no link in:\n${invited}`);
  const maria = await Seat.take(browser, empty.url);
  await maria.page.goto(new URL(link).pathname);
  await maria.page.getByLabel("Choose a password").waitFor();
  await picture(maria.page, "invitation", maria.page.locator(".entrance-box"));
  await maria.leave();
  await ines.leave();
});
