/** The log: searching the words on sheets, downloading and changing many, in a real browser on the demo. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { accessible, keepPictures, launch, Seat } from "./browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => browser?.close());

/** Opens the log of a project by its name. */
async function open(email: string, name: string): Promise<Seat> {
  const seat = await Seat.take(browser, inject("demo"), {});
  await seat.signIn(email, inject("demoPassword"));
  const { items } = await (await seat.page.request.get("/api/v1/projects")).json();
  const project = items.find((one: { name: string }) => one.name === name);
  if (!project) throw new Error(`no project ${name}`);
  await seat.page.goto(`/projects/${project.id}/drawings`);
  await seat.page.getByRole("grid", { name: "Drawings" }).waitFor();
  return seat;
}

const numbers = (page: Page) => page.locator(".grid-row .sheet-no").allTextContents();

describe("the log", () => {
  it("LOG-01, LOG-02, LOG-04: finds words on sheets, marks them, and keeps order, columns and subscription", async ({
    onTestFailed,
  }) => {
    onTestFailed(keepPictures);
    const ines = await open("ines@harbor.example", "Harbor Tower");
    const { page } = ines;
    const search = page.getByRole("searchbox", { name: "Find a drawing" });
    const all = await numbers(page);
    // It stands in every title block, in no number and in no title.
    await search.fill("engineering");
    await expect.poll(() => page.getByTitle("Found on the sheet").count()).toBeGreaterThan(1);
    await accessible(page, "a search");
    await page.locator(".grid-row .sheet-no").first().click();
    await page.locator(".hit.current").waitFor({ state: "attached" });
    expect(new URL(page.url()).searchParams.get("find")).toBe("engineering");
    await expect.poll(() => page.getByRole("search").getByRole("status").textContent()).toMatch(/^1 of \d+$/);
    await accessible(page, "hits on a sheet");
    const field = page.getByRole("searchbox", { name: "Find on this sheet" });
    await field.fill("nowhere on it");
    await page.getByText("Not on this sheet").waitFor();
    await page.getByRole("link", { name: "Back to the log" }).click();

    await search.fill("");
    const byTitle = page.getByRole("button", { name: "Title" });
    await byTitle.click();
    await expect.poll(() => new URL(page.url()).searchParams.get("sort")).toBe("title");
    await expect.poll(() => numbers(page)).not.toEqual(all);
    await page.reload();
    await expect
      .poll(() => page.getByRole("columnheader", { name: "Title" }).getAttribute("aria-sort"))
      .toBe("ascending");
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Set" }).click();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("columnheader", { name: "Set" }).count()).toBe(0);
    await page.reload();
    await page.getByRole("columnheader", { name: "Title" }).waitFor();
    expect(await page.getByRole("columnheader", { name: "Set" }).count()).toBe(0);

    await page.getByRole("button", { name: "Subscribe to this log" }).click();
    await page.getByRole("button", { name: "Subscribed to this log. Press to end it." }).click();
    await page.getByRole("button", { name: "Subscribe to this log" }).waitFor();
    await ines.leave();
  });

  it("LOG-03: downloads and changes what is selected", async ({ onTestFailed }) => {
    onTestFailed(keepPictures);
    const ines = await open("ines@harbor.example", "Harbor Tower");
    const { page } = ines;
    await page.getByRole("checkbox", { name: "A-101" }).click();
    await page.getByRole("checkbox", { name: "A-102" }).click();
    for (const [form, ending] of [
      ["Zip of PDF files", ".zip"],
      ["One PDF with bookmarks", ".pdf"],
    ] as const) {
      await page.getByRole("button", { name: "Download selected" }).click();
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("menuitem", { name: form }).click(),
      ]);
      expect(file.suggestedFilename().endsWith(ending)).toBe(true);
      expect(await file.failure()).toBeNull();
    }
    await page.getByRole("button", { name: "Edit selected…" }).click();
    const dialog = page.getByRole("dialog", { name: "Edit 2 drawings" });
    await dialog.getByLabel("Received").fill("2026-06-30");
    await accessible(page, "changing many");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("Changed 2 drawings.").waitFor();
    await ines.leave();
  });
});
