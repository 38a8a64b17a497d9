import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { queries } from "../../api/queries.ts";
import { TabbedPage } from "../../components/TabbedPage.tsx";
import { paths } from "../../paths.ts";

/** A page about one's own sign-in, with the way to its neighbours. */
export function AccountFrame(page: {
  title: ReactNode;
  windowTitle: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const { t } = useLingui();
  const session = useQuery(queries.session());
  return (
    <TabbedPage
      {...page}
      narrow
      name={session.data?.person.name ?? ""}
      label={t`Your sign-in`}
      tabs={[
        { href: paths.account(), name: t`Password`, shown: true },
        { href: paths.preferences(), name: t`Language and time zone`, shown: true },
        { href: paths.sessions(), name: t`Where you are signed in`, shown: true },
        { href: paths.tokens(), name: t`Tokens`, shown: true },
      ]}
    />
  );
}
