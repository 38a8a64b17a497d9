/** The pictures of README and docs, taken from the demo: `E2E_SCREENSHOTS=1 npm run e2e`. */
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, inject, it } from "vitest";
import { launch, Seat } from "./browser.ts";

const images = path.join(import.meta.dirname, "../../docs/images");
let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => browser?.close());

it("takes a picture of the Connection Manager and of a sheet", async () => {
  const paul = await Seat.take(browser, inject("demo"));
  const { page } = paul;
  await paul.signIn("paul@harbor.example", inject("demoPassword"));
  const { items } = await (await page.request.get("/api/v1/projects")).json();
  await page.setViewportSize({ width: 1280, height: 1000 });
  await page.goto(`/projects/${items[0].id}/connections`);
  await page.getByText("Requests waiting for you").waitFor();
  await page.screenshot({ path: path.join(images, "connection-manager.png") });
  await paul.leave();

  const maria = await Seat.take(browser, inject("demo"));
  await maria.signIn("maria@delta.example", inject("demoPassword"));
  await maria.page.getByRole("link", { name: /Harbor Tower HVAC/ }).click();
  await maria.page.getByRole("link", { name: "Open the log" }).click();
  await maria.page.getByRole("row", { name: "M-101" }).getByRole("link").click();
  await maria.page.getByText(/From Harbor Builders/).waitFor();
  await maria.page.waitForLoadState("networkidle");
  await maria.page.screenshot({ path: path.join(images, "viewer.png") });
  await maria.leave();
});
