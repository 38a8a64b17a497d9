import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import * as api from "../../api/endpoints.ts";
import { topicKey } from "../../api/queries.ts";
import type { AuditEntry } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Blank, ProblemView, SkeletonRows } from "../../components/feedback.tsx";
import { useCompanyId } from "../../components/hooks.ts";
import { Icon } from "../../components/Icon.tsx";
import { formatInstant } from "../../i18n/format.ts";
import { files } from "../../paths.ts";
import { describeAgent } from "../account/agent.ts";
import { useLevelNames, useToolNames } from "../project/levels.ts";
import { CompanyFrame } from "./CompanyFrame.tsx";

/** A kind that this screen does not know yet is shown by its own word. */
function useKindNames(): Record<string, string> {
  const { t } = useLingui();
  return {
    signed_in: t`Signed in`,
    sign_in_failed: t`Wrong password`,
    locked_out: t`Locked for a while`,
    password_reset_asked: t`New password asked for`,
    password_changed: t`Password changed`,
    token_created: t`Token made`,
    token_revoked: t`Token revoked`,
    service_account_added: t`Service account added`,
    contact_added: t`Added as a contact`,
    invited: t`Invited`,
    invitation_revoked: t`Invitation revoked`,
    invitation_accepted: t`Invitation accepted`,
    deactivated: t`Deactivated`,
    reactivated: t`Reactivated`,
    administrator_made: t`Made company administrator`,
    administrator_unmade: t`No longer company administrator`,
    represents_changed: t`Represents another company`,
    member_added: t`Added to a project`,
    rights_changed: t`Levels or grants changed`,
    member_removed: t`Removed from a project`,
    template_added: t`Permission template added`,
    template_changed: t`Permission template changed`,
    template_removed: t`Permission template removed`,
    approval_changed: t`Approval of connections changed`,
    export_asked: t`Export of everything asked for`,
    project_deleted: t`Project deleted`,
  };
}

/** The log keeps words of the API: browsers, tools and levels are shown in the reader's. */
function useDetail(): (entry: AuditEntry) => string {
  const tools: Readonly<Record<string, string>> = useToolNames();
  const levels: Readonly<Record<string, string>> = useLevelNames();
  return ({ kind, detail }) =>
    kind === "signed_in"
      ? (describeAgent(detail) ?? "")
      : detail.replace(/\b(\w+): (\w+) → (\w+)/g, (all, tool: string, from: string, to: string) =>
          tools[tool] && levels[from] && levels[to] ? `${tools[tool]}: ${levels[from]} → ${levels[to]}` : all,
        );
}

export function AuditLogPage() {
  const { t } = useLingui();
  const id = useCompanyId();
  const log = useInfiniteQuery({
    queryKey: topicKey("company", id, "audit-log"),
    queryFn: ({ pageParam }) => api.companies.auditLog(id, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const entries = log.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <CompanyFrame
      id={id}
      title={<Trans>Audit log</Trans>}
      windowTitle={t`Audit log`}
      lead={
        <Trans>Who signed in, who was let in, and whose rights changed. Nobody can alter this list.</Trans>
      }
      actions={
        <a className="btn" href={files.auditLogCsv(id)} download>
          <Icon name="download" />
          <Trans>CSV</Trans>
        </a>
      }
    >
      {log.isError && !log.data ? (
        <ProblemView error={log.error} retry={() => void log.refetch()} />
      ) : log.isPending ? (
        <SkeletonRows />
      ) : entries.length === 0 ? (
        <Blank icon="list" title={<Trans>Nothing yet</Trans>}>
          <Trans>Sign-ins, invitations and changes of levels appear here.</Trans>
        </Blank>
      ) : (
        <>
          <Entries entries={entries} />
          {log.hasNextPage ? (
            <div className="row end">
              <Button onPress={() => void log.fetchNextPage()} pending={log.isFetchingNextPage}>
                <Trans>Show older ones</Trans>
              </Button>
            </div>
          ) : null}
        </>
      )}
    </CompanyFrame>
  );
}

function Entries({ entries }: { entries: readonly AuditEntry[] }) {
  const { t } = useLingui();
  const names = useKindNames();
  const detailOf = useDetail();
  return (
    <div className="card table-wrap">
      <table className="table as-list">
        <thead>
          <tr>
            <th scope="col">{t`When`}</th>
            <th scope="col">{t`What`}</th>
            <th scope="col">{t`By`}</th>
            <th scope="col">{t`Person`}</th>
            <th scope="col">{t`Project`}</th>
            <th scope="col">{t`Detail`}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id}>
              <td data-label={t`When`} className="num nowrap">
                {formatInstant(entry.at)}
              </td>
              <td className="strong">{names[entry.kind] ?? entry.kind}</td>
              <td data-label={t`By`}>
                {entry.by ? entry.by.name : <span className="quiet">–</span>}
                {entry.token ? (
                  <span className="small quiet">
                    {" "}
                    <Trans>by token {entry.token}</Trans>
                  </span>
                ) : null}
              </td>
              <td data-label={t`Person`}>{entry.person?.name ?? <span className="quiet">–</span>}</td>
              <td data-label={t`Project`}>{entry.project?.name ?? <span className="quiet">–</span>}</td>
              <td data-label={t`Detail`} className="small quiet audit-detail">
                {detailOf(entry) || "–"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
