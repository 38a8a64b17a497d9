import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/pages.css";
import "./styles/viewer.css";
import "./styles/compare.css";
import "./styles/markup.css";
import { I18nProvider } from "@lingui/react";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode, useSyncExternalStore } from "react";
import { RouterProvider as AriaLinks, I18nProvider as AriaLocale } from "react-aria-components";
import { createRoot } from "react-dom/client";
import { listenForSignedOut } from "./api/client.ts";
import { queries } from "./api/queries.ts";
import { queryClient } from "./api/queryClient.ts";
import { Toasts } from "./components/toasts.tsx";
import { begin, formatLocale, i18n, listenForReader, reader } from "./i18n/index.ts";
import { paths } from "./paths.ts";
import { applyPreferences } from "./preferences.ts";
import { router } from "./router.tsx";

applyPreferences();

listenForSignedOut(() => {
  const { pathname, searchStr } = router.state.location;
  queryClient.removeQueries({ queryKey: queries.session().queryKey });
  if (pathname.startsWith("/sign-in") || pathname === "/first-run" || pathname.startsWith("/invitations/"))
    return;
  router.history.push(paths.signIn(pathname + searchStr));
});

await begin();

/** Begins anew when language or zone change: every date and every text is another then. */
function App() {
  const now = useSyncExternalStore(listenForReader, reader);
  return (
    <AriaLocale locale={formatLocale()} key={now}>
      <QueryClientProvider client={queryClient}>
        <AriaLinks navigate={(href) => router.history.push(href)}>
          <RouterProvider router={router} />
          <Toasts />
        </AriaLinks>
      </QueryClientProvider>
    </AriaLocale>
  );
}

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <App />
      </I18nProvider>
    </StrictMode>,
  );
}
