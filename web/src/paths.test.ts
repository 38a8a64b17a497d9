import { describe, expect, it } from "vitest";
import openapi from "../../openapi/api.json";
import { files, paths, safeNext } from "./paths.ts";

/** The patterns of `router.tsx`, by hand: a link that no pattern takes is a dead link. */
const patterns = [
  "/sign-in",
  "/first-run",
  "/invitations/$",
  "/projects",
  "/forgot-password",
  "/password-resets/$",
  "/account",
  "/preferences",
  "/sessions",
  "/tokens",
  "/notifications",
  "/installation",
  "/companies/$/set-up",
  "/companies/$/people",
  "/companies/$/permission-templates",
  "/companies/$/service-accounts",
  "/companies/$/audit-log",
  "/companies/$/settings",
  "/companies/$/connections",
  "/projects/$",
  "/projects/$/settings",
  "/projects/$/directory",
  "/projects/$/connections",
  "/projects/$/connections/new",
  "/projects/$/connections/settings",
  "/projects/$/connections/$",
  "/projects/$/drawings",
  "/projects/$/drawings/settings",
  "/projects/$/drawings/$",
  "/projects/$/drawings/$/compare",
  "/projects/$/uploads",
  "/projects/$/uploads/new",
  "/projects/$/uploads/$",
].map((pattern) => new RegExp(`^${pattern.replaceAll("$", "[^/]+")}$`));

describe("paths", () => {
  it("leads to a page of the router, whatever the ids", () => {
    const links: string[] = [
      paths.home(),
      paths.signIn(),
      paths.signIn("/projects/1/drawings?q=a"),
      paths.firstRun(),
      paths.invitation("tok/en"),
      paths.forgotPassword(),
      paths.passwordReset("tok/en"),
      paths.account(),
      paths.preferences(),
      paths.sessions(),
      paths.tokens(),
      paths.notifications(),
      paths.installation(),
      paths.setUp("c"),
      paths.setUp("c", "project"),
      paths.companyPeople("c"),
      paths.companyTemplates("c"),
      paths.serviceAccounts("c"),
      paths.auditLog("c"),
      paths.companySettings("c"),
      paths.companyConnections("c"),
      paths.project("p"),
      paths.drawingSettings("p"),
      paths.projectSettings("p"),
      paths.directory("p"),
      paths.connections("p"),
      paths.newConnection("p"),
      paths.connectionSettings("p"),
      paths.connection("p", "k"),
      paths.drawings("p"),
      paths.drawing("p", "d"),
      paths.drawing("p", "d", "r"),
      paths.drawing("p", "d", "r", "slab on grade"),
      paths.compare("p", "d"),
      paths.compare("p", "d", { before: "r", after: "s" }),
      paths.uploads("p"),
      paths.newUpload("p"),
      paths.upload("p", "u"),
    ];
    for (const link of links) {
      const path = link.split("?")[0] ?? "";
      expect(
        patterns.some((pattern) => pattern.test(path)),
        link,
      ).toBe(true);
    }
  });

  it("keeps odd ids and tokens inside one path segment", () => {
    expect(paths.invitation("a/b?c")).toBe("/invitations/a%2Fb%3Fc");
    expect(paths.drawing("p", "d", "r&x")).toBe("/projects/p/drawings/d?revision=r%26x");
  });

  it("does not ask to return to where signing in leads anyway", () => {
    expect(paths.signIn("/projects")).toBe("/sign-in");
    expect(paths.signIn("/projects/7")).toBe("/sign-in?next=%2Fprojects%2F7");
  });

  it("names tiles as the API does", () => {
    expect(files.revisionTile("r", 5, 2, 3)).toBe("/api/v1/drawing-revisions/r/tiles/5/2_3.webp");
    expect(files.sheetTile("s", 0, 0, 0)).toBe("/api/v1/drawing-sheets/s/tiles/0/0_0.webp");
  });

  it("fetches only what the API has", () => {
    const addresses: Record<keyof typeof files, string> = {
      changes: files.changes("p"),
      revisionTile: files.revisionTile("r", 5, 2, 3),
      revisionThumbnail: files.revisionThumbnail("r"),
      revisionFile: files.revisionFile("r"),
      sheetTile: files.sheetTile("s", 0, 0, 0),
      sheetThumbnail: files.sheetThumbnail("s"),
      drawingsCsv: files.drawingsCsv("p", { q: "A-1" }),
      auditLogCsv: files.auditLogCsv("c"),
      connectionsCsv: files.connectionsCsv("c", { side: "upstream" }),
      historyCsv: files.historyCsv("n"),
      exportArchive: files.exportArchive("c", "e"),
      notifications: files.notifications(),
    };
    const served = Object.entries(openapi.paths)
      .filter(([, methods]) => "get" in methods)
      .map(([path]) => new RegExp(`^/api/v1${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`));
    for (const address of Object.values(addresses)) {
      const path = address.split("?")[0] ?? "";
      expect(
        served.some((pattern) => pattern.test(path)),
        address,
      ).toBe(true);
    }
  });
});

describe("safeNext", () => {
  it("returns to a page of this screen", () => {
    expect(safeNext("/projects/1/drawings?q=E")).toBe("/projects/1/drawings?q=E");
  });

  it.each([
    "https://evil.test/",
    "//evil.test",
    "/\\evil.test",
    "javascript:alert(1)",
    "/sign-in",
    "/password-resets/token",
    "/api/v1/session",
    undefined,
    7,
  ])("goes home instead of to %s", (next) => {
    expect(safeNext(next)).toBe("/projects");
  });
});
