// Walks the screen against the stand-in as a person would, checks it with axe, and takes pictures on the way.
import { mkdir, writeFile } from "node:fs/promises";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";

const base = process.env.BASE ?? "http://localhost:5173";
await mkdir("shots", { recursive: true });
await writeFile("shots/E-sheets.pdf", Buffer.alloc(30_000_000, 7));
await writeFile("shots/S-sheets.pdf", Buffer.alloc(9_000_000, 8));
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
const context = await browser.newContext({
  viewport: { width: 1280, height: 800 },
  colorScheme: process.env.DARK ? "dark" : "light",
});
const page = await context.newPage();
page.setDefaultTimeout(8000);
page.on("pageerror", (error) => console.log("PAGE ERROR", error.message.slice(0, 500)));
page.on("console", (message) => {
  if (message.type() === "error" && !/410|401|422/.test(message.text()))
    console.log("CONSOLE", message.text().slice(0, 400));
});
let failures = 0;
const axe = async (name) => {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    .analyze();
  for (const one of violations) {
    failures += 1;
    console.log(
      `AXE ${name}: ${one.id} x${one.nodes.length} ${one.nodes[0].html.slice(0, 160)} | ${one.nodes[0].failureSummary?.split("\n")[1] ?? ""}`,
    );
  }
};
const step = async (name, act) => {
  try {
    await act();
    await page.waitForTimeout(350);
    await page.screenshot({ path: `shots/tour-${name}.png` });
    await axe(name);
    console.log("ok", name);
  } catch (error) {
    failures += 1;
    console.log("FAILED", name, String(error.message).slice(0, 400));
    await page.screenshot({ path: `shots/tour-${name}-failed.png` });
  }
};
const button = (name) => page.getByRole("button", { name, exact: true });

await step("wrong-password", async () => {
  await page.goto(`${base}/sign-in?next=%2Fprojects%2Fp-harbor%2Fdrawings`);
  await page.getByLabel("E-mail").fill("dana@delta-electric.test");
  await page.getByLabel("Password").fill("wrong");
  await button("Sign in").click();
  await page.getByRole("alert").getByText("not right").waitFor();
});
await step("signed-in", async () => {
  await page.getByLabel("Password").fill("right");
  await button("Sign in").click();
  await page.waitForURL("**/projects/p-harbor/drawings");
  await page.getByRole("grid", { name: "Drawings" }).waitFor();
});
await step("grid-keys", async () => {
  await page.getByRole("grid").focus();
  for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "Space", "End"]) await page.keyboard.press(key);
  await page.waitForTimeout(200);
  await page.keyboard.press("Home");
});
await step("filter", async () => {
  await button("Discipline").click();
  await page.getByRole("menuitemradio", { name: /Electrical/ }).click();
  await page.waitForURL(/discipline=d-e/);
});
await step("open-by-enter", async () => {
  await page.getByRole("grid").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.getByRole("application").waitFor();
});
await step("viewer-zoom-info", async () => {
  await page.getByRole("application").focus();
  for (let i = 0; i < 4; i += 1) await page.keyboard.press("+");
  await page.waitForTimeout(900);
  await button("About this sheet").click();
});
await step("viewer-next", async () => {
  const before = await page.getByRole("heading", { level: 1 }).textContent();
  await page.keyboard.press("]");
  await page.waitForFunction((text) => document.querySelector("h1")?.textContent !== text, before);
});
await step("viewer-superseded", async () => {
  await page.goto(`${base}/projects/p-harbor/drawings/p-harbor-A9?revision=p-harbor-A9-r1`);
  await button("Open Rev 3").click();
  await page.waitForURL(/revision=p-harbor-A9-r3/);
});
await step("publish-dialog", async () => {
  await page.goto(`${base}/projects/p-delta/drawings`);
  await button("Publish").click();
  await page.getByRole("menuitem", { name: "Publish and distribute" }).click();
  await page.getByRole("dialog").waitFor();
});
await step("published", async () => {
  await page.getByRole("dialog").getByRole("button", { name: "Publish and distribute" }).click();
  await page.getByText("Published 30 revisions.").waitFor();
});
await step("notifications", async () => {
  await page.getByRole("button", { name: /^Notifications/ }).click();
  await page.getByRole("dialog", { name: "Notifications" }).waitFor();
});
await step("company-menu", async () => {
  await page.keyboard.press("Escape");
  await button("All companies").click();
  await page.getByRole("menuitemradio", { name: "Harbor Builders" }).click();
  await page.waitForURL("**/projects");
  await button("Harbor Builders").click();
});
await step("new-project", async () => {
  await page.keyboard.press("Escape");
  await button("New project").click();
  await page.getByRole("dialog").getByLabel("Name").fill("Quay House");
});
await step("connections", async () => {
  await page.goto(`${base}/projects/p-harbor/connections`);
  await page.getByRole("progressbar", { name: "First copy of drawings" }).waitFor();
});
await step("disabled-reason", async () => {
  const connect = page.getByRole("button", { name: "Connect", exact: true });
  await connect.focus();
  await page.getByRole("tooltip").waitFor();
});
await step("approve", async () => {
  await button("Approve").click();
  await page.getByText("Approved. The projects are connected.").waitFor();
});
await step("disconnect", async () => {
  await button("Disconnect").first().click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByLabel("Reason").fill("The contract has ended.");
  await dialog.getByText("I accept these consequences").click();
});
await step("disconnected", async () => {
  await page.getByRole("alertdialog").getByRole("button", { name: "Disconnect" }).click();
  await page.getByText("Disconnected.").first().waitFor();
});
await step("wizard", async () => {
  await page.goto(`${base}/projects/p-civic/connections/new`);
  await page.getByRole("radio", { name: /Harbor Builders/ }).check({ force: true });
  await button("Continue").click();
});
await step("wizard-2", async () => {
  await button("Continue").click();
});
await step("wizard-3", async () => {
  await button("Continue").click();
});
await step("wizard-4", async () => {
  await button("Continue").click();
});
await step("wizard-5", async () => {
  await page.getByText("I have read this.").click();
  await button("Send the request").click();
  await page.getByText("The request has been sent").waitFor();
});
await step("upload-errors", async () => {
  await page.goto(`${base}/projects/p-harbor/uploads/new`);
  await button("Upload").click();
  await page.getByText("Give the set a date").waitFor();
});
await step("upload", async () => {
  await page.locator("input[type=file]").setInputFiles(["shots/E-sheets.pdf", "shots/S-sheets.pdf"]);
  await page.getByLabel("Name of the set").fill("ASI 016");
  await page.getByLabel("Date of the set").fill("2026-11-22");
  await button("Upload 2 files").click();
  await page.waitForURL(/uploads\/up-/);
  await page.getByText("3 of 12 pages").first().waitFor();
});
await step("review", async () => {
  await page.goto(`${base}/projects/p-harbor/uploads/up-ready_for_review`);
  await page.getByRole("listbox", { name: "Sheets" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Confirmed 1 sheets.").or(page.getByText("Confirmed 1")).first().waitFor();
});
await step("review-edit", async () => {
  await page.getByLabel("Number").fill("E2.05");
  await page.getByLabel("Number").press("Enter");
  await page.waitForTimeout(400);
});
await step("review-many", async () => {
  await page.getByRole("listbox", { name: "Sheets" }).focus();
  for (const key of ["Space", "ArrowDown", "Space", "ArrowDown", "Space"]) await page.keyboard.press(key);
  await page.getByText("sheets selected").first().waitFor();
});
await step("settings-error", async () => {
  await page.goto(`${base}/projects/p-harbor/settings`);
  await page.getByLabel("Name").fill("");
  await button("Save").click();
  await page.getByText("A project needs a name.").first().waitFor();
});
await step("add-person", async () => {
  await page.goto(`${base}/projects/p-harbor/directory`);
  await button("Add a person").click();
  await page.getByRole("dialog").getByLabel("E-mail").fill("new@koss.test");
});
for (const path of [
  "invitations/choose",
  "companies/c-harbor/people",
  "companies/c-harbor/connections",
  "companies/c-harbor/settings",
  "sessions",
  "notifications",
  "projects/p-harbor",
  "projects/p-delta/connections/k-1",
  "projects/p-harbor/connections/settings",
  "projects/p-harbor/uploads",
  "projects/p-harbor/uploads/up-processing",
]) {
  await step(path.replaceAll("/", "-"), async () => {
    await page.goto(`${base}/${path}`);
    await page.waitForTimeout(500);
  });
}
await browser.close();
console.log(failures === 0 ? "all well" : `${failures} failures`);
process.exit(failures === 0 ? 0 : 1);
