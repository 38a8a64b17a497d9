import type { ReactNode } from "react";
import { AppLink } from "./AppLink.tsx";
import { useTabInView } from "./hooks.ts";
import { Page } from "./Page.tsx";

export interface Tab {
  href: string;
  name: string;
  /** False: the tab is not for this person. */
  shown: boolean;
}

/** A page with the way to its neighbours above it. */
export function TabbedPage({
  name,
  label,
  tabs,
  title,
  windowTitle,
  lead,
  actions,
  children,
  narrow,
}: {
  name: string;
  label: string;
  tabs: readonly Tab[];
  title: ReactNode;
  windowTitle: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  narrow?: boolean;
}) {
  const shown = tabs.filter((tab) => tab.shown);
  const row = useTabInView(shown.length);
  return (
    <div className="project">
      <nav className="project-bar" aria-label={label}>
        <span className="project-name">
          <span className="cut">{name || " "}</span>
        </span>
        <div className="tabs" ref={row}>
          {shown.map((tab) => (
            <AppLink key={tab.href} href={tab.href} current="below">
              {tab.name}
            </AppLink>
          ))}
        </div>
      </nav>
      <div className="project-area">
        <Page
          title={title}
          windowTitle={`${windowTitle}${name ? ` · ${name}` : ""}`}
          lead={lead}
          actions={actions}
          {...(narrow ? { narrow } : {})}
        >
          {children}
        </Page>
      </div>
    </div>
  );
}
