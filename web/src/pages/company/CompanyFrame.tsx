import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { queries } from "../../api/queries.ts";
import type { Id } from "../../api/types.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { Page } from "../../components/Page.tsx";
import { paths } from "../../paths.ts";

/** A page of the company's own administration, with the way to its neighbours. */
export function CompanyFrame({
  id,
  title,
  windowTitle,
  actions,
  children,
  narrow,
}: {
  id: Id;
  title: ReactNode;
  windowTitle: string;
  actions?: ReactNode;
  children: ReactNode;
  narrow?: boolean;
}) {
  const { t } = useLingui();
  const company = useQuery(queries.company(id));
  return (
    <div className="project">
      <nav className="project-bar" aria-label={t`Company`}>
        <span className="project-name">
          <span className="cut">{company.data?.name ?? " "}</span>
        </span>
        <div className="tabs">
          <AppLink href={paths.companyPeople(id)} current="below">
            <Trans>People</Trans>
          </AppLink>
          <AppLink href={paths.companyConnections(id)} current="below">
            <Trans>Connections</Trans>
          </AppLink>
          <AppLink href={paths.companySettings(id)} current="below">
            <Trans>Connection settings</Trans>
          </AppLink>
        </div>
      </nav>
      <div className="project-area">
        <Page
          title={title}
          windowTitle={`${windowTitle} · ${company.data?.name ?? ""}`}
          actions={actions}
          {...(narrow ? { narrow } : {})}
        >
          {children}
        </Page>
      </div>
    </div>
  );
}
