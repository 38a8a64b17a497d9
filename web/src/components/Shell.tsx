/** The frame of every page of a signed-in person: mark, company, notifications, account. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Outlet, useRouter, useRouterState } from "@tanstack/react-router";
import { useState } from "react";
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from "react-aria-components";
import * as api from "../api/endpoints.ts";
import { useLive } from "../api/live.ts";
import { queries } from "../api/queries.ts";
import type { CompanyAct, NotificationItem, Session } from "../api/types.ts";
import { formatAgo, formatNumber } from "../i18n/format.ts";
import { paths } from "../paths.ts";
import { rememberLanguage, setChosenCompany, setTheme, theme } from "../preferences.ts";
import { forgetStoredFiles } from "../uploads/storage.ts";
import { AppLink } from "./AppLink.tsx";
import { Button, IconButton } from "./Button.tsx";
import { Initials } from "./feedback.tsx";
import { useChosenCompany, useSearchKey } from "./hooks.ts";
import { Icon, type IconName } from "./Icon.tsx";
import { Mark } from "./Logo.tsx";
import { Menu, type MenuEntry } from "./Menu.tsx";
import { tellProblem } from "./toasts.tsx";

export function AppShell() {
  const { data: session } = useQuery(queries.session());
  const fullScreen = useRouterState({
    select: (state) => state.matches.some((match) => match.staticData.fullScreen === true),
  });
  const inProject = useRouterState({
    select: (state) => state.matches.some((match) => match.routeId === "/signed-in/projects/$projectId"),
  });
  useSearchKey();
  // A project's line brings the person's hints as well.
  useLive(null, inProject);
  if (fullScreen) {
    return (
      <main className="full" id="main">
        <Outlet />
      </main>
    );
  }
  return (
    <div className="app">
      <a className="skip" href="#main">
        <Trans>Skip to the content</Trans>
      </a>
      <header className="masthead">
        <AppLink href={paths.home()} className="top-mark" aria-label="Sluice">
          <Mark />
          <span className="top-word">Sluice</span>
        </AppLink>
        {session ? <CompanyMenu session={session} /> : null}
        <span className="grow" />
        <Notifications />
        {session ? <AccountMenu session={session} /> : null}
      </header>
      <div className="page-area" id="main">
        <Outlet />
      </div>
    </div>
  );
}

/** A view of one company's work. It decides what is listed first, never what one may do. */
function CompanyMenu({ session }: { session: Session }) {
  const { t } = useLingui();
  const router = useRouter();
  const chosen = useChosenCompany();
  const company = session.companies.find((candidate) => candidate.id === chosen);
  const choose = (id: string | null) => {
    setChosenCompany(id);
    router.history.push(paths.projects());
  };
  const shown = company ?? (session.companies.length === 1 ? session.companies[0] : undefined);
  const own = useQuery({ ...queries.company(shown?.id ?? ""), enabled: shown !== undefined });
  if (session.companies.length === 0) return null;
  const page = (id: string, act: CompanyAct, name: string, icon: IconName, href: string): MenuEntry[] =>
    own.data?.can[act]?.allowed ? [{ id, name, icon, href }] : [];
  return (
    <Menu
      className="btn plain company-menu"
      choose="one"
      entries={[
        ...(session.companies.length > 1
          ? [
              {
                id: "all",
                name: t`All companies`,
                icon: "list" as const,
                selected: !company,
                onAct: () => choose(null),
              },
            ]
          : []),
        ...session.companies.map((candidate) => ({
          id: candidate.id,
          name: candidate.name,
          icon: "company" as const,
          selected: candidate.id === shown?.id,
          onAct: () => choose(candidate.id),
        })),
        ...(shown
          ? [
              ...page(
                "people",
                "view_people",
                t`People of the company`,
                "people",
                paths.companyPeople(shown.id),
              ),
              ...page(
                "templates",
                "manage_templates",
                t`Permission templates`,
                "check",
                paths.companyTemplates(shown.id),
              ),
              ...page(
                "register",
                "view_register",
                t`Register of connections`,
                "connection",
                paths.companyConnections(shown.id),
              ),
              ...page(
                "settings",
                "connection_settings",
                t`Settings`,
                "settings",
                paths.companySettings(shown.id),
              ),
            ]
          : []),
      ]}
    >
      <span className="cut">{shown ? shown.name : t`All companies`}</span>
      <Icon name="chevronDown" />
    </Menu>
  );
}

function AccountMenu({ session }: { session: Session }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const router = useRouter();
  const [colours, setColours] = useState(theme);
  const next = colours === "system" ? "light" : colours === "light" ? "dark" : "system";
  const signOut = useMutation({
    mutationFn: api.session.signOut,
    onSuccess: async () => {
      await forgetStoredFiles();
      rememberLanguage(null);
      client.clear();
      router.history.push(paths.signIn());
    },
    onError: tellProblem,
  });
  const themeName =
    colours === "system"
      ? t`Colours: as the system`
      : colours === "light"
        ? t`Colours: light`
        : t`Colours: dark`;
  return (
    <Menu
      className="btn plain square"
      label={t`Account of ${session.person.name}`}
      placement="bottom end"
      entries={[
        ...(session.installation_admin
          ? [
              {
                id: "installation",
                name: t`Companies of this installation`,
                icon: "company" as const,
                href: paths.installation(),
              },
            ]
          : []),
        { id: "account", name: t`Your sign-in`, icon: "people", href: paths.account() },
        {
          id: "preferences",
          name: t`Language and time zone`,
          icon: "language",
          href: paths.preferences(),
        },
        {
          id: "theme",
          name: themeName,
          icon: "theme",
          onAct: () => {
            setTheme(next);
            setColours(next);
          },
        },
        { id: "out", name: t`Sign out`, icon: "signOut", onAct: () => signOut.mutate() },
      ]}
    >
      <Initials name={session.person.name} />
    </Menu>
  );
}

interface LineProps {
  item: NotificationItem;
  /** It was followed to where one acts. */
  onOpen: () => void;
  /** It was read here. */
  onRead: () => void;
}

export function NotificationLine({ item, onOpen, onRead }: LineProps) {
  const { t } = useLingui();
  const inner = (
    <>
      <span className={item.read_at ? "unread-dot" : "unread-dot on"} />
      <span className="stack tight grow">
        <span className={item.read_at ? "" : "strong"}>{item.title}</span>
        <span className="small quiet">{item.body}</span>
        <span className="small quiet num">
          {item.read_at ? null : (
            <span className="sr">
              <Trans>Unread</Trans>
            </span>
          )}{" "}
          {formatAgo(item.created_at)}
        </span>
      </span>
    </>
  );
  return (
    <div className="notification-row">
      {item.href?.startsWith("/") ? (
        <AppLink href={item.href} className="line notification" onClick={onOpen}>
          {inner}
        </AppLink>
      ) : (
        <div className="line notification">{inner}</div>
      )}
      {item.read_at ? null : (
        <IconButton icon="check" label={t`Mark as read: ${item.title}`} onPress={onRead} />
      )}
    </div>
  );
}

function Notifications() {
  const { t } = useLingui();
  const client = useQueryClient();
  const { data, isError } = useQuery(queries.notifications());
  const read = useMutation({
    mutationFn: api.notifications.markRead,
    onSuccess: () => client.invalidateQueries({ queryKey: queries.notifications().queryKey }),
    onError: tellProblem,
  });
  const unread = data?.unread ?? 0;
  return (
    <DialogTrigger>
      <AriaButton
        className="btn plain square bell"
        aria-label={unread > 0 ? t`Notifications, ${formatNumber(unread)} unread` : t`Notifications`}
      >
        <Icon name="bell" />
        {unread > 0 ? <span className="bell-count">{unread > 99 ? "99+" : unread}</span> : null}
      </AriaButton>
      <Popover className="popover notifications" placement="bottom end">
        <Dialog className="dialog" aria-label={t`Notifications`}>
          {({ close }) => (
            <>
              <div className="card-head">
                <h2>
                  <Trans>Notifications</Trans>
                </h2>
                {unread > 0 ? (
                  <Button look="link" onPress={() => read.mutate({ all: true })}>
                    <Trans>Mark all as read</Trans>
                  </Button>
                ) : null}
              </div>
              {data && data.items.length > 0 ? (
                <ul className="list">
                  {data.items.slice(0, 12).map((item) => (
                    <li key={item.id}>
                      <NotificationLine
                        item={item}
                        onOpen={() => {
                          if (!item.read_at) read.mutate({ ids: [item.id] });
                          close();
                        }}
                        onRead={() => read.mutate({ ids: [item.id] })}
                      />
                    </li>
                  ))}
                </ul>
              ) : (
                <p className="quiet pad">
                  {isError ? (
                    <Trans>Notifications could not be read.</Trans>
                  ) : data ? (
                    <Trans>Nothing yet. Requests, connections and new sheets appear here.</Trans>
                  ) : (
                    <Trans>Loading…</Trans>
                  )}
                </p>
              )}
              <div className="card-foot">
                <AppLink href={paths.notifications()} onClick={close}>
                  <Trans>All notifications</Trans>
                </AppLink>
              </div>
            </>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
