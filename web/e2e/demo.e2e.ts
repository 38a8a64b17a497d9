/** The screens of the demo: what a machine can tell of their accessibility, and the wizard by keyboard alone. */
import type { APIRequestContext, Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { accessible, keepPictures, type Look, launch, Seat } from "./browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => browser?.close());

const names = (list: readonly { name: string }[]) => list.map(({ name }) => name).join(", ");

async function items(api: APIRequestContext, path: string) {
  const answer = await api.get(`/api/v1${path}`);
  expect(answer.status(), path).toBe(200);
  return (await answer.json()).items;
}

async function projectOf(page: Page, name: string): Promise<string> {
  const all = await items(page.request, "/projects");
  const found = all.find((project: { name: string }) => project.name === name);
  if (!found) throw new Error(`no project ${name} in ${names(all)}`);
  return found.id;
}

async function drawingOf(page: Page, project: string, number: string): Promise<{ id: string }> {
  const all = await items(page.request, `/projects/${project}/drawings?q=${number}`);
  const found = all.find((drawing: { number: string }) => drawing.number === number);
  if (!found) throw new Error(`no drawing ${number}`);
  return found;
}

async function seat(email: string, look: Look): Promise<Seat> {
  const taken = await Seat.take(browser, inject("demo"), look);
  await taken.signIn(email, inject("demoPassword"));
  return taken;
}

const tablet = { width: 820, height: 1180 };

async function fits(page: Page, where: string): Promise<void> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide, where).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
}

/** Opens an address within the screen and waits until it shows what it came for; it is no wider than the screen, nor than a tablet. */
async function look(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await expect.poll(() => page.getByRole("status", { name: "Loading" }).count()).toBe(0);
  await fits(page, address);
  await accessible(page, address);
  const screen = page.viewportSize();
  if (!screen || screen.width < tablet.width) return;
  await page.setViewportSize(tablet);
  await fits(page, `${address} on a tablet`);
  await page.setViewportSize(screen);
}

describe.each([
  { name: "desktop", look: {} },
  { name: "phone", look: { phone: true } },
])("on a $name screen, light and dark", ({ look: as }) => {
  it("USE-02, USE-03: the general contractor's pages fit the screen and break no rule of WCAG 2.2 AA", async ({
    onTestFailed,
  }) => {
    onTestFailed(keepPictures);
    const signedOut = await Seat.take(browser, inject("demo"), as);
    await look(signedOut.page, "/sign-in");
    await look(signedOut.page, "/forgot-password");
    await signedOut.leave();

    const ines = await seat("ines@harbor.example", as);
    const { page } = ines;
    const tower = await projectOf(page, "Harbor Tower");
    const [drawing] = await items(page.request, `/projects/${tower}/drawings`);
    const { id: revised } = await drawingOf(page, tower, "A-102");
    const [upload] = await items(page.request, `/projects/${tower}/drawing-uploads`);
    const connections = await items(page.request, `/projects/${tower}/connections`);
    const { companies } = await (await page.request.get("/api/v1/session")).json();
    const home = `/projects/${tower}`;
    for (const address of [
      "/projects",
      "/notifications",
      "/account",
      "/preferences",
      "/sessions",
      "/tokens",
      home,
      `${home}/drawings`,
      `${home}/drawings/${drawing.id}`,
      `${home}/drawings/${drawing.id}/compare`,
      `${home}/drawings/${revised}/compare`,
      `${home}/drawings/${revised}/compare?mode=swipe`,
      `${home}/drawings/${revised}/compare?mode=side`,
      `${home}/uploads`,
      `${home}/uploads/new`,
      `${home}/uploads/${upload.id}`,
      `${home}/connections`,
      ...connections.map((one: { id: string }) => `${home}/connections/${one.id}`),
      `${home}/connections/settings`,
      `${home}/drawings/settings`,
      `${home}/directory`,
      `${home}/settings`,
      `/companies/${companies[0].id}/people`,
      `/companies/${companies[0].id}/permission-templates`,
      `/companies/${companies[0].id}/service-accounts`,
      `/companies/${companies[0].id}/audit-log`,
      `/companies/${companies[0].id}/connections`,
      `/companies/${companies[0].id}/settings`,
    ]) {
      await look(page, address);
    }
    await page.goto(`${home}/directory`);
    await page.getByRole("button", { name: "Add a person" }).click();
    await page.getByRole("dialog", { name: "Add a person" }).waitFor();
    await accessible(page, "adding a person");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Edit Paul Adeyemi" }).click();
    await page.getByRole("dialog", { name: "Paul Adeyemi" }).getByText("Permission template").waitFor();
    await accessible(page, "editing a member");
    await page.goto(`/companies/${companies[0].id}/permission-templates`);
    await page.getByRole("button", { name: "Edit Owner" }).click();
    await page.getByRole("dialog", { name: "Edit Owner" }).waitFor();
    await accessible(page, "editing a permission template");
    await page.goto(`/companies/${companies[0].id}/people`);
    await page.getByRole("button", { name: "Edit Maria Lopez" }).click();
    await page.getByRole("dialog", { name: "Maria Lopez" }).getByText("Harbor Tower").waitFor();
    await accessible(page, "an entry of the directory");
    await page.goto("/tokens");
    await page.getByRole("button", { name: "New token" }).click();
    await page.getByRole("dialog", { name: "New token" }).waitFor();
    await accessible(page, "making a token");
    await page.goto(`${home}/connections`);
    await page.getByRole("button", { name: "Disconnect" }).click();
    await page.getByRole("alertdialog").waitFor();
    await accessible(page, "disconnecting");
    await page.goto(`${home}/drawings/${drawing.id}`);
    await page.getByRole("button", { name: "About this sheet" }).click();
    await page.getByRole("complementary", { name: "About this sheet" }).waitFor();
    await accessible(page, "about a sheet");
    await page.goto(`${home}/drawings/${revised}/compare`);
    await page.getByRole("button", { name: "Align" }).click();
    await page.getByText("Step 1 of 4, on Rev 0.").waitFor();
    await accessible(page, "aligning two sheets");
    await ines.leave();
  });

  it("USE-02, USE-03: the subcontractors' pages fit the screen and break no rule of WCAG 2.2 AA", async ({
    onTestFailed,
  }) => {
    onTestFailed(keepPictures);
    const walks: readonly [email: string, project: string, pages: readonly string[]][] = [
      ["maria@delta.example", "Harbor Tower HVAC", ["", "/drawings", "/connections", "/connections/new"]],
      ["vera@volt.example", "Northgate School Electrical", ["", "/connections"]],
      ["tom@summit.example", "Northgate School Steel", ["/drawings", "/connections", "/connections/new"]],
      ["sam@delta.example", "Harbor Tower HVAC", ["", "/drawings"]],
    ];
    for (const [email, project, pages] of walks) {
      const person = await seat(email, as);
      const home = `/projects/${await projectOf(person.page, project)}`;
      for (const page of pages) await look(person.page, `${home}${page}`);
      if (pages.includes("/drawings")) {
        const drawings = await items(person.page.request, `${home}/drawings`);
        await look(person.page, `${home}/drawings/${drawings[1].id}`);
      }
      await person.leave();
    }
  });
});

/** Presses Tab until the focus is on what is wanted. */
async function tabTo(
  page: Page,
  role: "button" | "radio" | "checkbox" | "link" | "textbox",
  name: RegExp,
  within: Page | Locator = page,
): Promise<void> {
  const wanted = within.getByRole(role, { name }).first();
  await wanted.waitFor({ state: "attached" });
  for (let presses = 0; presses < 60; presses += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reached the ${role} ${name}`);
}

it("USE-02, CON-13, APR-05: a request to connect is made and withdrawn with the keyboard alone", async ({
  onTestFailed,
}) => {
  onTestFailed(keepPictures);
  const ben = await seat("ben@bright.example", {});
  const { page } = ben;
  await page.goto(`/projects/${await projectOf(page, "Harbor Tower Plumbing")}/connections`);
  await tabTo(page, "link", /^Connect$/);
  await page.keyboard.press("Enter");
  await tabTo(page, "radio", /Harbor Builders/);
  await page.keyboard.press("Space");
  for (const step of ["Project", "What to share", "How drawings arrive", "Before you connect"]) {
    await tabTo(page, "button", /^Continue$/);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: step, level: 2 }).waitFor();
    await accessible(page, `the wizard at ${step}`);
  }
  await tabTo(page, "checkbox", /I have read this/);
  await page.keyboard.press("Space");
  await tabTo(page, "button", /^Send the request$/);
  await page.keyboard.press("Enter");
  await page.getByRole("article").getByText("Requested").waitFor();
  await tabTo(page, "button", /^Withdraw$/);
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Withdraw the request" });
  await dialog.waitFor();
  await tabTo(page, "button", /^Withdraw$/, dialog);
  await page.keyboard.press("Enter");
  await page.getByText("Withdrawn").first().waitFor();
  await ben.leave();
});

it("USE-02, SEE-03, SEE-05, SEE-06: a sheet is explained, and copies are compared, with the keyboard alone", async ({
  onTestFailed,
}) => {
  onTestFailed(keepPictures);
  const ines = await seat("ines@harbor.example", {});
  const { page } = ines;
  const { companies } = await (await page.request.get("/api/v1/session")).json();
  await page.goto(`/companies/${companies[0].id}/connections`);
  await tabTo(page, "button", /^State/);
  await page.keyboard.press("Enter");
  await page.getByRole("menuitemradio", { name: "Connected", exact: true }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(/state=connected/);
  await tabTo(page, "link", /^Harbor Tower$/);
  await page.keyboard.press("Enter");

  await page.getByText("Why did a sheet arrive, or not?").waitFor();
  await tabTo(page, "textbox", /^Sheet number$/);
  await page.keyboard.type("a-101");
  await page.keyboard.press("Enter");
  await page.getByText("Arrived downstream").first().waitFor();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("Z-999");
  await page.keyboard.press("Enter");
  await page.getByText("Your project has no sheet with this number that you can see.").waitFor();
  await accessible(page, "a sheet that is explained");

  await page.goto(page.url());
  await tabTo(page, "button", /^Compare now$/);
  await page.keyboard.press("Enter");
  await page.getByText("No difference", { exact: true }).waitFor();
  await page
    .getByText(/records compared with upstream/)
    .first()
    .waitFor();
  await accessible(page, "copies that were compared");
  await ines.leave();
});
