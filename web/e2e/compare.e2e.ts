/** Comparing two revisions on the demo: what the picture shows, by mouse, by touch and by keyboard. */
import type { APIRequestContext, Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { keepPictures, type Look, launch, Seat } from "./browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => browser?.close());

async function get(api: APIRequestContext, path: string) {
  const answer = await api.get(`/api/v1${path}`);
  expect(answer.status(), path).toBe(200);
  return answer.json();
}

interface Sheet {
  address: string;
  /** Newest first. */
  revisions: { id: string; revision: string }[];
}

async function sheet(page: Page, project: string, number: string): Promise<Sheet> {
  const { items: projects } = await get(page.request, "/projects");
  const { id } = projects.find((one: { name: string }) => one.name === project);
  const { items } = await get(page.request, `/projects/${id}/drawings?q=${number}`);
  const drawing = items.find((one: { number: string }) => one.number === number);
  const { revisions } = await get(page.request, `/drawings/${drawing.id}`);
  return { address: `/projects/${id}/drawings/${drawing.id}`, revisions };
}

async function seat(email: string, look: Look = {}): Promise<Seat> {
  const taken = await Seat.take(browser, inject("demo"), look);
  await taken.signIn(email, inject("demoPassword"));
  return taken;
}

/** Which parts of the legend are in the tiles on the screen; fine lines of a small picture are paler than it. */
const colours = (page: Page) =>
  page.evaluate(() => {
    const seen = { removed: false, added: false, unchanged: false };
    for (const tile of document.querySelectorAll<HTMLImageElement>(".zoom-level img")) {
      const canvas = document.createElement("canvas");
      canvas.width = tile.naturalWidth;
      canvas.height = tile.naturalHeight;
      const context = canvas.getContext("2d");
      if (!context || canvas.width === 0) continue;
      context.drawImage(tile, 0, 0);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      for (let at = 0; at < data.length; at += 4) {
        const red = data[at] ?? 255;
        const blue = data[at + 2] ?? 255;
        if (red - blue > 50) seen.removed = true;
        else if (blue - red > 50) seen.added = true;
        else if (red === blue && red < 200) seen.unchanged = true;
      }
    }
    return Object.entries(seen)
      .filter(([, found]) => found)
      .map(([part]) => part);
  });

const search = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams);

it("VIEW-03: what was removed and added between two revisions has a colour, a word and a switch", async ({
  onTestFailed,
}) => {
  onTestFailed(keepPictures);
  const paul = await seat("paul@harbor.example");
  const { page } = paul;
  const a102 = await sheet(page, "Harbor Tower", "A-102");
  const [newer, older] = a102.revisions;
  await page.goto(a102.address);
  await page.getByRole("link", { name: "Compare…" }).click();
  await page.getByRole("application", { name: "Rev 0 and Rev 1, one over the other" }).waitFor();
  expect(search(page)).toEqual({ before: older?.id, after: newer?.id });
  await page.getByText("only in Rev 0").waitFor();
  await expect.poll(() => colours(page), { timeout: 30_000 }).toEqual(["removed", "added", "unchanged"]);

  await page.getByText("Removed").click();
  await expect.poll(() => colours(page), { timeout: 30_000 }).toEqual(["added", "unchanged"]);
  await page.getByText("Unchanged").click();
  await expect.poll(() => colours(page), { timeout: 30_000 }).toEqual(["added"]);
  expect(search(page)["hide"]).toBe("removed.unchanged");

  // The address is the whole of it: another window shows the same.
  const another = await paul.another();
  await another.goto(page.url());
  await expect.poll(() => colours(another), { timeout: 30_000 }).toEqual(["added"]);
  expect(await another.getByRole("checkbox", { name: /Removed/ }).isChecked()).toBe(false);
  await another.close();

  // A revision against itself changes places instead.
  await page.getByRole("button", { name: "Before: Rev 0" }).click();
  await page.getByRole("menuitemradio", { name: /Rev 1/ }).click();
  await page.getByRole("application", { name: "Rev 1 and Rev 0, one over the other" }).waitFor();

  // Another drawing, found by its number.
  await page.getByRole("button", { name: "Before: Rev 1" }).click();
  await page.getByRole("menuitemradio", { name: "Another drawing…" }).click();
  const dialog = page.getByRole("dialog", { name: "Compare A-102 with another drawing" });
  await dialog.getByRole("searchbox").fill("A-101");
  await dialog.getByRole("radio", { name: /A-101/ }).waitFor();
  await dialog.getByRole("button", { name: "Compare" }).click();
  await page.getByRole("application", { name: "A-101 Rev 0 and A-102 Rev 0, one over the other" }).waitFor();
  await paul.leave();
});

it("VIEW-03: sheets are compared and aligned with the keyboard alone", async ({ onTestFailed }) => {
  onTestFailed(keepPictures);
  const paul = await seat("paul@harbor.example");
  const { page } = paul;
  const a102 = await sheet(page, "Harbor Tower", "A-102");
  await page.goto(a102.address);
  await page.getByRole("application").waitFor();
  await page.keyboard.press("c");
  await page.getByRole("application", { name: /one over the other/ }).waitFor();

  await page.keyboard.press("2");
  const divider = page.getByRole("slider", { name: "Divider between Rev 0 and Rev 1" });
  await divider.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => divider.getAttribute("aria-valuenow")).toBe("95");

  await page.keyboard.press("3");
  const sides = [
    page.getByRole("application", { name: "Rev 0", exact: true }),
    page.getByRole("application", { name: "Rev 1", exact: true }),
  ] as const;
  await sides[1].waitFor();
  await sides[0].focus();
  await page.keyboard.press("+");
  await page.keyboard.press("ArrowRight");
  const places = () =>
    Promise.all(
      sides.map((side) =>
        side.locator(".zoom-paper").evaluate((paper) => (paper as HTMLElement).style.transform),
      ),
    );
  // What one side shows, the other shows too.
  await page.getByText("150%").waitFor();
  await expect.poll(async () => new Set(await places()).size).toBe(1);
  expect(search(page)["mode"]).toBe("side");

  // The same point of both sheets, then another one, which lies a little further right on the newer.
  await page.keyboard.press("a");
  await page.getByText("Step 1 of 4, on Rev 0.").waitFor();
  await page.keyboard.press("Enter");
  await page.getByText("Step 2 of 4, on Rev 1.").waitFor();
  await page.keyboard.press("Enter");
  await page.getByText("Step 3 of 4, on Rev 0.").waitFor();
  await page.keyboard.press("Enter");
  await page.getByText("Step 4 of 4, on Rev 1.").waitFor();
  await page.keyboard.press("Enter");
  await page.getByText("The two points are too near each other").waitFor();
  await page.getByRole("button", { name: "Back" }).press("Enter");
  await page.getByText("Step 3 of 4, on Rev 0.").waitFor();
  for (let presses = 0; presses < 4; presses += 1) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await page.getByText("Step 4 of 4, on Rev 1.").waitFor();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect.poll(() => search(page)["align"]).toBeTruthy();
  const scale = Number(search(page)["align"]?.split("_")[0]);
  expect(scale).toBeGreaterThan(1.1);
  expect(scale).toBeLessThan(1.5);
  await page.getByRole("button", { name: "Reset alignment" }).press("Enter");
  await expect.poll(() => search(page)["align"]).toBeUndefined();
  await page.keyboard.press("Escape");
  await page.waitForURL((url) => url.pathname === a102.address);
  await paul.leave();
});

it("VIEW-03: a copy is compared with the newer revision that waits, by those who may see it", async ({
  onTestFailed,
}) => {
  onTestFailed(keepPictures);
  const maria = await seat("maria@delta.example", { phone: true });
  const { page } = maria;
  const a102 = await sheet(page, "Harbor Tower HVAC", "A-102");
  await page.goto(a102.address);
  await page.getByRole("link", { name: "Compare", exact: true }).tap();
  await page.getByRole("application", { name: "Rev 0 and Rev 1, one over the other" }).waitFor();
  await expect.poll(() => colours(page), { timeout: 30_000 }).toEqual(["removed", "added", "unchanged"]);
  await page.getByText("Swipe").tap();
  await page.getByRole("slider").waitFor();
  await page.getByText("Side by side").tap();
  await page.getByRole("application", { name: "Rev 1", exact: true }).waitFor();
  const link = page.url();
  await maria.leave();

  // The same link tells somebody who may not see it nothing of what waits.
  const sam = await seat("sam@delta.example", { phone: true });
  await sam.page.goto(link);
  await sam.page.getByText("One of the two sheets is not here, or not yours to see").waitFor();
  expect(await sam.page.getByRole("application").count()).toBe(0);
  await sam.leave();
});
