/** Chromium, and people who sit in front of it. */
import path from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { expect } from "vitest";

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env["SLUICE_CHROMIUM"] || "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });

export interface Look {
  phone?: boolean;
  /** What the browser asks for. */
  locale?: string;
  timeZone?: string;
}

const results = path.join(import.meta.dirname, "../test-results");
const seats = new Set<Seat>();

/** What every open page shows, for whoever looks into a failed test. */
export async function keepPictures(): Promise<void> {
  const pages = [...seats].flatMap((seat) => seat.context.pages());
  for (const [index, page] of pages.entries()) {
    console.log(`page ${index}: ${page.url()}`);
    await page.screenshot({ path: path.join(results, `page-${index}.png`) });
  }
}

/** A window of its own, as another person's browser. Errors on its pages are gathered. */
export class Seat {
  readonly errors: string[] = [];
  private constructor(
    readonly base: string,
    readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  static async take(
    browser: Browser,
    base: string,
    { phone = false, locale = "en-US", timeZone = "UTC" }: Look = {},
  ): Promise<Seat> {
    const context = await browser.newContext({
      baseURL: base,
      viewport: phone ? { width: 390, height: 844 } : { width: 1280, height: 800 },
      colorScheme: "light",
      reducedMotion: "reduce",
      locale,
      timezoneId: timeZone,
      ...(phone ? { hasTouch: true, isMobile: true } : {}),
    });
    context.setDefaultTimeout(30_000);
    const seat = new Seat(base, context, await context.newPage());
    seat.watch(seat.page);
    seats.add(seat);
    return seat;
  }

  async another(): Promise<Page> {
    const page = await this.context.newPage();
    this.watch(page);
    return page;
  }

  private watch(page: Page) {
    page.on("pageerror", (error) => this.errors.push(`${page.url()}: ${error.message}`));
    page.on("response", (response) => {
      if (response.status() >= 500) this.errors.push(`${response.status()} ${response.url()}`);
    });
    page.on("console", (message) => {
      if (/Content Security Policy/i.test(message.text())) this.errors.push(message.text());
    });
  }

  async signIn(email: string, password: string): Promise<void> {
    const { page } = this;
    await page.goto("/sign-in");
    // By what they are, not by their names: these are in the language of the browser.
    await page.locator("input[type=email]").fill(email);
    await page.locator("input[type=password]").fill(password);
    await page.locator("form button[type=submit]").click();
    await page.waitForURL(/\/projects$/);
    await page.getByRole("heading", { level: 1 }).waitFor();
  }

  /** Ends the visit; whatever went wrong unseen on a page shows here. */
  async leave(): Promise<void> {
    seats.delete(this);
    await this.context.close();
    expect(this.errors).toEqual([]);
  }
}

/** WCAG 2.2 AA as far as a machine can tell; in the dark only what differs there, the colours. */
export async function accessible(page: Page, where: string): Promise<void> {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  // There are no frames: the way that opens a second page for each look is not needed.
  const axe = () => new AxeBuilder({ page }).setLegacyMode();
  const light = await axe().withTags(tags).analyze();
  await page.emulateMedia({ colorScheme: "dark" });
  // Half-way between two colours nothing has to be legible.
  await page.waitForFunction(() => !document.getAnimations().some((one) => one instanceof CSSTransition));
  const dark = await axe().withRules("color-contrast").analyze();
  await page.emulateMedia({ colorScheme: "light" });
  const told = [...light.violations, ...dark.violations].map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map((node) => `${node.html.slice(0, 160)} ${node.failureSummary}`).join("\n")}`,
  );
  expect(told, where).toEqual([]);
}

/** Marks the open page, so that a later `stillOpen` proves that it was never loaded again. */
export const mark = (page: Page) =>
  page.evaluate(() => document.documentElement.setAttribute("data-mark", "1"));
export async function stillOpen(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.getAttribute("data-mark"))).toBe("1");
}
