/** Drawing over a sheet on the demo: by mouse, by touch and by keyboard alone, and what others see of it. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { accessible, keepPictures, type Look, launch, Seat } from "./browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => browser?.close());

async function seat(email: string, look: Look = {}): Promise<Seat> {
  const taken = await Seat.take(browser, inject("demo"), look);
  await taken.signIn(email, inject("demoPassword"));
  return taken;
}

/** The address of a sheet. */
async function sheet(page: Page, project: string, number: string): Promise<string> {
  const get = async (path: string) => (await page.request.get(`/api/v1${path}`)).json();
  const { items: projects } = await get("/projects");
  const { id } = projects.find((one: { name: string }) => one.name === project);
  const { items } = await get(`/projects/${id}/drawings?q=${number}`);
  return `/projects/${id}/drawings/${items[0].id}`;
}

const tool = (page: Page, name: string) =>
  page.getByRole("toolbar", { name: "Markup tools" }).getByRole("button", { name, exact: true });
const marks = (page: Page, name: RegExp) => page.getByRole("button", { name });

/** Where a share of the picture is on the screen. */
async function at(page: Page, x: number, y: number): Promise<[number, number]> {
  const box = await page.locator(".zoom-paper").boundingBox();
  if (!box) throw new Error("no picture");
  return [box.x + box.width * x, box.y + box.height * y];
}

it("VIEW-04: what is drawn is personal until published, and then on others' open screens", async ({
  onTestFailed,
}) => {
  onTestFailed(keepPictures);
  const paul = await seat("paul@harbor.example");
  const ines = await seat("ines@harbor.example");
  const address = await sheet(paul.page, "Harbor Tower", "A-103");
  await ines.page.goto(address);
  await ines.page.getByRole("application").waitFor();

  const { page } = paul;
  await page.goto(address);
  await page.getByRole("button", { name: "Mark up" }).click();
  await tool(page, "Cloud").click();
  await page.mouse.move(...(await at(page, 0.3, 0.3)));
  await page.mouse.down();
  await page.mouse.move(...(await at(page, 0.45, 0.45)), { steps: 4 });
  await page.mouse.up();
  await marks(page, /^Cloud, personal/).waitFor();
  await accessible(page, "marking up");

  // Moved, and put back.
  await tool(page, "Select and move").click();
  const before = await marks(page, /^Cloud, personal/).boundingBox();
  await page.mouse.move(...(await at(page, 0.3, 0.38)));
  await page.mouse.down();
  await page.mouse.move(...(await at(page, 0.5, 0.38)), { steps: 4 });
  await page.mouse.up();
  await expect
    .poll(async () => (await marks(page, /^Cloud, personal/).boundingBox())?.x ?? 0)
    .toBeGreaterThan((before?.x ?? 0) + 50);
  await tool(page, "Undo the last step").click();
  await expect
    .poll(async () =>
      Math.abs(((await marks(page, /^Cloud, personal/).boundingBox())?.x ?? 0) - (before?.x ?? 0)),
    )
    .toBeLessThan(3);

  expect(await marks(ines.page, /^Cloud, /).count()).toBe(0);
  await page.mouse.click(...(await at(page, 0.85, 0.12)));
  await page.getByRole("button", { name: "Publish it" }).click();
  await marks(page, /^Cloud, by Paul Adeyemi/).waitFor();
  await marks(ines.page, /^Cloud, by Paul Adeyemi/).waitFor();
  // A Drawings Admin takes it away; it is gone from Paul's screen, too.
  await marks(ines.page, /^Cloud, by Paul Adeyemi/).press("Enter");
  await ines.page.getByText("Everybody here sees it.").waitFor();
  await tool(ines.page, "Delete the selected markup").click();
  await expect.poll(() => marks(page, /^Cloud, /).count()).toBe(0);
  await paul.leave();
  await ines.leave();
});

it("VIEW-04: a sheet is marked up with the keyboard alone", async ({ onTestFailed }) => {
  onTestFailed(keepPictures);
  const paul = await seat("paul@harbor.example");
  const { page } = paul;
  await page.goto(await sheet(page, "Harbor Tower", "A-201"));
  await page.getByRole("application").waitFor();
  await page.keyboard.press("m");
  await tool(page, "Arrow").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("application").focus();
  await page.keyboard.press("Enter");
  for (let step = 0; step < 5; step += 1) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Enter");
  await marks(page, /^Arrow, personal/).waitFor();

  await tool(page, "Text").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("application").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "Text" }).waitFor();
  await page.keyboard.type("Move this wall");
  await page.getByRole("button", { name: "Put it on the sheet" }).press("Enter");
  await marks(page, /^Text: Move this wall, personal/).waitFor();

  await tool(page, "Select and move").focus();
  await page.keyboard.press("Enter");
  await marks(page, /^Arrow, /).focus();
  await page.keyboard.press("Delete");
  await expect.poll(() => marks(page, /^Arrow, /).count()).toBe(0);
  await page.keyboard.press("Control+z");
  await marks(page, /^Arrow, personal/).waitFor();
  for (const _ of [1, 2, 3]) await page.keyboard.press("Control+z");
  await paul.leave();
});
