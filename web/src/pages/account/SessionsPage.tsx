import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import * as api from "../../api/endpoints.ts";
import { queries } from "../../api/queries.ts";
import { Button } from "../../components/Button.tsx";
import { QueryView } from "../../components/feedback.tsx";
import { State } from "../../components/State.tsx";
import { tell, tellProblem } from "../../components/toasts.tsx";
import { formatAgo, formatInstant } from "../../i18n/format.ts";
import { AccountFrame } from "./AccountFrame.tsx";
import { describeAgent } from "./agent.ts";

export function SessionsPage() {
  const { t } = useLingui();
  const client = useQueryClient();
  const sessions = useQuery(queries.sessions());
  const refresh = () => client.invalidateQueries({ queryKey: queries.sessions().queryKey });
  const end = useMutation({
    mutationFn: api.session.revoke,
    onSuccess: () => {
      tell(t`That session has ended.`);
      return refresh();
    },
    onError: tellProblem,
  });
  const endOthers = useMutation({
    mutationFn: api.session.revokeOthers,
    onSuccess: () => {
      tell(t`All other sessions have ended.`);
      return refresh();
    },
    onError: tellProblem,
  });
  const others = (sessions.data?.length ?? 0) > 1;
  return (
    <AccountFrame
      windowTitle={t`Where you are signed in`}
      title={<Trans>Where you are signed in</Trans>}
      lead={<Trans>End a session you do not know, then change your password.</Trans>}
      actions={
        others ? (
          <Button onPress={() => endOthers.mutate()} pending={endOthers.isPending}>
            <Trans>End all others</Trans>
          </Button>
        ) : null
      }
    >
      <QueryView query={sessions}>
        {(items) => (
          <ul className="card list">
            {items.map((item) => {
              const agent = describeAgent(item.user_agent) ?? t`Unknown browser`;
              return (
                <li key={item.id} className="line">
                  <div className="stack tight grow">
                    <span className="strong">{agent}</span>
                    <span className="small quiet">
                      <Trans>
                        Since {formatInstant(item.created_at)}, last seen {formatAgo(item.last_seen_at)}
                      </Trans>
                    </span>
                  </div>
                  {item.current ? (
                    <State tone="ok" shape="dot">
                      <Trans>This session</Trans>
                    </State>
                  ) : (
                    <Button onPress={() => end.mutate(item.id)}>
                      <Trans>End</Trans>
                      <span className="sr">{agent}</span>
                    </Button>
                  )}
                </li>
              );
            })}
          </ul>
        )}
      </QueryView>
    </AccountFrame>
  );
}
