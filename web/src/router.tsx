/**
 * Which page stands at which address, and what of it is loaded when. Addresses are built in `paths.ts`.
 */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { asProblem } from "./api/problem.ts";
import { queries } from "./api/queries.ts";
import { queryClient } from "./api/queryClient.ts";
import { ProblemView } from "./components/feedback.tsx";
import { ProjectShell } from "./components/ProjectShell.tsx";
import { AppShell } from "./components/Shell.tsx";
import { address } from "./i18n/index.ts";
import { readRegister } from "./pages/company/register.ts";
import { readCompareSearch } from "./pages/drawings/compare.ts";
import { readLogSearch } from "./pages/drawings/search.ts";
import { readSetUpStep, type SetUpStep } from "./pages/firstRun/steps.ts";
import { NotFound } from "./pages/NotFound.tsx";
import { ProjectsPage } from "./pages/projects/ProjectsPage.tsx";
import { SignInPage } from "./pages/session/SignInPage.tsx";
import { paths } from "./paths.ts";

const rootRoute = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: ({ error, reset }) => <ProblemView error={error} retry={reset} />,
});

const optional = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

const signIn = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { next?: string } => {
    const next = optional(search["next"]);
    return next ? { next } : {};
  },
  beforeLoad: async () => {
    // An installation that cannot say so now is not empty; signing in says what is the matter.
    const { open } = await queryClient.ensureQueryData(queries.firstRun()).catch(() => ({ open: false }));
    if (open) throw redirect({ href: paths.firstRun() });
  },
  component: SignInPage,
});

const firstRunPages = () => import("./pages/firstRun/index.ts");
const firstRun = createRoute({
  getParentRoute: () => rootRoute,
  path: "/first-run",
  beforeLoad: async () => {
    const { open } = await queryClient.fetchQuery(queries.firstRun());
    if (!open) throw redirect({ href: paths.signIn() });
  },
  component: lazyRouteComponent(firstRunPages, "FirstRunPage"),
});

const forgotPassword = createRoute({
  getParentRoute: () => rootRoute,
  path: "/forgot-password",
  component: lazyRouteComponent(() => import("./pages/session/PasswordPages.tsx"), "ForgotPasswordPage"),
});

const passwordReset = createRoute({
  getParentRoute: () => rootRoute,
  path: "/password-resets/$token",
  component: lazyRouteComponent(() => import("./pages/session/PasswordPages.tsx"), "PasswordResetPage"),
});

const invitation = createRoute({
  getParentRoute: () => rootRoute,
  path: "/invitations/$token",
  component: lazyRouteComponent(() => import("./pages/session/InvitationPage.tsx"), "InvitationPage"),
});

/** Everything below needs a session; without one the reader signs in and comes back. */
const signedIn = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-in",
  beforeLoad: async ({ location }) => {
    try {
      await address(await queryClient.ensureQueryData(queries.session()));
    } catch (error) {
      if (asProblem(error).status !== 401) throw error;
      throw redirect({ href: paths.signIn(location.pathname + location.searchStr) });
    }
  },
  component: AppShell,
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: "/",
  beforeLoad: () => {
    throw redirect({ href: paths.home() });
  },
});

const projects = createRoute({ getParentRoute: () => signedIn, path: "/projects", component: ProjectsPage });

const accountPages = () => import("./pages/account/index.ts");
const account = createRoute({
  getParentRoute: () => signedIn,
  path: "/account",
  component: lazyRouteComponent(accountPages, "PasswordPage"),
});
const preferences = createRoute({
  getParentRoute: () => signedIn,
  path: "/preferences",
  component: lazyRouteComponent(accountPages, "PreferencesPage"),
});
const sessions = createRoute({
  getParentRoute: () => signedIn,
  path: "/sessions",
  component: lazyRouteComponent(accountPages, "SessionsPage"),
});
const tokens = createRoute({
  getParentRoute: () => signedIn,
  path: "/tokens",
  component: lazyRouteComponent(accountPages, "TokensPage"),
});

const notifications = createRoute({
  getParentRoute: () => signedIn,
  path: "/notifications",
  component: lazyRouteComponent(() => import("./pages/session/NotificationsPage.tsx"), "NotificationsPage"),
});

const installation = createRoute({
  getParentRoute: () => signedIn,
  path: "/installation",
  component: lazyRouteComponent(
    () => import("./pages/installation/InstallationPage.tsx"),
    "InstallationPage",
  ),
});

const setUp = createRoute({
  getParentRoute: () => signedIn,
  path: "/companies/$companyId/set-up",
  validateSearch: (search: Record<string, unknown>): { step: SetUpStep } => ({
    step: readSetUpStep(search["step"]),
  }),
  component: lazyRouteComponent(firstRunPages, "SetUpPage"),
});

const companyPages = () => import("./pages/company/index.ts");
const companyPeople = createRoute({
  getParentRoute: () => signedIn,
  path: "/companies/$companyId/people",
  component: lazyRouteComponent(companyPages, "CompanyPeoplePage"),
});
const companyTemplates = createRoute({
  getParentRoute: () => signedIn,
  path: "/companies/$companyId/permission-templates",
  component: lazyRouteComponent(companyPages, "TemplatesPage"),
});
const serviceAccounts = createRoute({
  getParentRoute: () => signedIn,
  path: "/companies/$companyId/service-accounts",
  component: lazyRouteComponent(companyPages, "ServiceAccountsPage"),
});
const auditLog = createRoute({
  getParentRoute: () => signedIn,
  path: "/companies/$companyId/audit-log",
  component: lazyRouteComponent(companyPages, "AuditLogPage"),
});
const companySettings = createRoute({
  getParentRoute: () => signedIn,
  path: "/companies/$companyId/settings",
  component: lazyRouteComponent(companyPages, "CompanySettingsPage"),
});
const companyConnections = createRoute({
  getParentRoute: () => signedIn,
  path: "/companies/$companyId/connections",
  validateSearch: readRegister,
  component: lazyRouteComponent(companyPages, "CompanyConnectionsPage"),
});

const project = createRoute({
  getParentRoute: () => signedIn,
  path: "/projects/$projectId",
  component: ProjectShell,
});

const projectPages = () => import("./pages/project/index.ts");
const projectHome = createRoute({
  getParentRoute: () => project,
  path: "/",
  component: lazyRouteComponent(projectPages, "ProjectHomePage"),
});
const projectSettings = createRoute({
  getParentRoute: () => project,
  path: "/settings",
  component: lazyRouteComponent(projectPages, "ProjectSettingsPage"),
});
const directory = createRoute({
  getParentRoute: () => project,
  path: "/directory",
  component: lazyRouteComponent(projectPages, "DirectoryPage"),
});

const connectionPages = () => import("./pages/connections/index.ts");
const connections = createRoute({
  getParentRoute: () => project,
  path: "/connections",
  component: lazyRouteComponent(connectionPages, "ConnectionsPage"),
});
const newConnection = createRoute({
  getParentRoute: () => project,
  path: "/connections/new",
  component: lazyRouteComponent(connectionPages, "NewConnectionPage"),
});
const connectionSettings = createRoute({
  getParentRoute: () => project,
  path: "/connections/settings",
  component: lazyRouteComponent(connectionPages, "ConnectionSettingsPage"),
});
const connection = createRoute({
  getParentRoute: () => project,
  path: "/connections/$connectionId",
  component: lazyRouteComponent(connectionPages, "ConnectionPage"),
});

const drawings = createRoute({
  getParentRoute: () => project,
  path: "/drawings",
  validateSearch: readLogSearch,
  component: lazyRouteComponent(() => import("./pages/drawings/LogPage.tsx"), "LogPage"),
});
const drawing = createRoute({
  getParentRoute: () => project,
  path: "/drawings/$drawingId",
  validateSearch: (search: Record<string, unknown>): { revision?: string; find?: string } => {
    const revision = optional(search["revision"]);
    // A number that was searched for is read as one.
    const find = optional(String(search["find"] ?? ""));
    return { ...(revision ? { revision } : {}), ...(find ? { find } : {}) };
  },
  staticData: { fullScreen: true },
  component: lazyRouteComponent(() => import("./pages/drawings/SheetPage.tsx"), "SheetPage"),
});

const compare = createRoute({
  getParentRoute: () => project,
  path: "/drawings/$drawingId/compare",
  validateSearch: readCompareSearch,
  staticData: { fullScreen: true },
  component: lazyRouteComponent(() => import("./pages/drawings/ComparePage.tsx"), "ComparePage"),
});

const drawingSettings = createRoute({
  getParentRoute: () => project,
  path: "/drawings/settings",
  component: lazyRouteComponent(
    () => import("./pages/drawings/DrawingSettingsPage.tsx"),
    "DrawingSettingsPage",
  ),
});

const uploadPages = () => import("./pages/uploads/index.ts");
const uploads = createRoute({
  getParentRoute: () => project,
  path: "/uploads",
  component: lazyRouteComponent(uploadPages, "UploadsPage"),
});
const newUpload = createRoute({
  getParentRoute: () => project,
  path: "/uploads/new",
  component: lazyRouteComponent(uploadPages, "NewUploadPage"),
});
const upload = createRoute({
  getParentRoute: () => project,
  path: "/uploads/$uploadId",
  component: lazyRouteComponent(uploadPages, "UploadPage"),
});

export const routeTree = rootRoute.addChildren([
  signIn,
  firstRun,
  forgotPassword,
  passwordReset,
  invitation,
  signedIn.addChildren([
    home,
    projects,
    account,
    preferences,
    sessions,
    tokens,
    notifications,
    installation,
    setUp,
    companyPeople,
    companyTemplates,
    serviceAccounts,
    auditLog,
    companySettings,
    companyConnections,
    project.addChildren([
      projectHome,
      projectSettings,
      directory,
      connections,
      newConnection,
      connectionSettings,
      drawingSettings,
      connection,
      drawings,
      drawing,
      compare,
      uploads,
      newUpload,
      upload,
    ]),
  ]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: false,
  scrollRestoration: true,
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: ({ error, reset }) => <ProblemView error={error} retry={reset} />,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
  interface StaticDataRouteOption {
    /** The page draws its own bar and takes the whole screen. */
    fullScreen?: boolean;
  }
}
