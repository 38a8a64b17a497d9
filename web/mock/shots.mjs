// Pictures of every screen against the stand-in: `npm run dev:mock` first, then `npm run shots [name…]`.
import { mkdir } from "node:fs/promises";
import { chromium } from "playwright-core";

const base = process.env.BASE ?? "http://localhost:5173";
const screens = {
  signin: "/sign-in",
  invite: "/invitations/abc",
  choose: "/invitations/choose",
  expired: "/invitations/old",
  projects: "/projects",
  home: "/projects/p-harbor",
  homedelta: "/projects/p-delta",
  settings: "/projects/p-harbor/settings",
  directory: "/projects/p-harbor/directory",
  connections: "/projects/p-harbor/connections",
  connection: "/projects/p-delta/connections/k-1",
  connsettings: "/projects/p-harbor/connections/settings",
  wizard: "/projects/p-civic/connections/new",
  log: "/projects/p-harbor/drawings",
  logdelta: "/projects/p-delta/drawings",
  logbig: "/projects/p-big/drawings",
  logempty: "/projects/p-civic/drawings",
  lognone: "/projects/p-harbor/drawings?q=zzz",
  deleted: "/projects/p-harbor/drawings?deleted=true",
  sheet: "/projects/p-delta/drawings/p-delta-A1",
  sheetold: "/projects/p-harbor/drawings/p-harbor-A9?revision=p-harbor-A9-r1",
  sheetsync: "/projects/p-delta/drawings/p-delta-A7",
  newupload: "/projects/p-harbor/uploads/new",
  uploads: "/projects/p-harbor/uploads",
  processing: "/projects/p-harbor/uploads/up-processing",
  review: "/projects/p-harbor/uploads/up-ready_for_review",
  people: "/companies/c-harbor/people",
  register: "/companies/c-harbor/connections",
  companysettings: "/companies/c-harbor/settings",
  sessions: "/sessions",
  notifications: "/notifications",
};
const wanted = process.argv.slice(2);
const modes = (process.env.MODES ?? "desktop,phone,dark,phonedark").split(",");
await mkdir("shots", { recursive: true });
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
for (const mode of modes) {
  const phone = mode.startsWith("phone");
  const context = await browser.newContext({
    viewport: phone ? { width: Number(process.env.WIDTH ?? 390), height: 844 } : { width: 1280, height: 800 },
    colorScheme: mode.endsWith("dark") ? "dark" : "light",
    ...(phone ? { hasTouch: true, isMobile: true, deviceScaleFactor: 1 } : {}),
  });
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") console.log(`${mode}: ${message.text().slice(0, 300)}`);
  });
  page.on("pageerror", (error) => console.log(`${mode}: ${error.message.slice(0, 400)}`));
  for (const [name, path] of Object.entries(screens)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await page.goto(base + path);
    await page
      .waitForSelector("main, .sheet, [role=alert]", { timeout: 15000 })
      .catch(() => console.log(`${name}: nothing`));
    await page.waitForTimeout(Number(process.env.WAIT ?? 900));
    const over = await page.evaluate(() =>
      [
        document.documentElement,
        ...document.querySelectorAll(".page-area, .project-area, .page, .modal"),
      ].some((one) => one.scrollWidth > one.clientWidth + 1),
    );
    if (over) console.log(`${mode} ${name}: wider than the screen`);
    await page.screenshot({ path: `shots/${name}-${mode}.png` });
  }
  await context.close();
}
await browser.close();
