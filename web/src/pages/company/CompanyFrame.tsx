import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { queries } from "../../api/queries.ts";
import type { CompanyAct, Id } from "../../api/types.ts";
import { TabbedPage } from "../../components/TabbedPage.tsx";
import { paths } from "../../paths.ts";

/** A page of the company's own administration, with the way to its neighbours. */
export function CompanyFrame({
  id,
  ...page
}: {
  id: Id;
  title: ReactNode;
  windowTitle: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  narrow?: boolean;
}) {
  const { t } = useLingui();
  const company = useQuery(queries.company(id));
  const may = (act: CompanyAct) => company.data?.can[act]?.allowed === true;
  return (
    <TabbedPage
      {...page}
      name={company.data?.name ?? ""}
      label={t`Company`}
      tabs={[
        { href: paths.companyPeople(id), name: t`People`, shown: may("view_people") },
        { href: paths.companyTemplates(id), name: t`Permission templates`, shown: may("view_templates") },
        {
          href: paths.serviceAccounts(id),
          name: t`Service accounts`,
          shown: may("manage_service_accounts"),
        },
        { href: paths.companyConnections(id), name: t`Connections`, shown: may("view_register") },
        { href: paths.companySettings(id), name: t`Settings`, shown: may("view_people") },
        { href: paths.auditLog(id), name: t`Audit log`, shown: may("view_audit_log") },
      ]}
    />
  );
}
