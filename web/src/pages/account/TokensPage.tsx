import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { queries } from "../../api/queries.ts";
import { Button } from "../../components/Button.tsx";
import { Blank, QueryView } from "../../components/feedback.tsx";
import { tell, tellProblem } from "../../components/toasts.tsx";
import { TokenDialog, TokenList } from "../tokens/parts.tsx";
import { AccountFrame } from "./AccountFrame.tsx";

export function TokensPage() {
  const { t } = useLingui();
  const client = useQueryClient();
  const tokens = useQuery(queries.tokens());
  const [making, setMaking] = useState(false);
  const refresh = () => client.invalidateQueries({ queryKey: queries.tokens().queryKey });
  const revoke = useMutation({
    mutationFn: api.tokens.revoke,
    onSuccess: async () => {
      tell(t`The token has been revoked.`);
      await refresh();
    },
    onError: tellProblem,
  });
  return (
    <AccountFrame
      title={<Trans>Tokens</Trans>}
      windowTitle={t`Tokens`}
      lead={<Trans>For your own scripts. Whatever a script does with one counts as done by you.</Trans>}
      actions={
        <Button look="primary" icon="plus" onPress={() => setMaking(true)}>
          <Trans>New token</Trans>
        </Button>
      }
    >
      <QueryView query={tokens}>
        {(all) =>
          all.length === 0 ? (
            <Blank icon="settings" title={<Trans>No tokens</Trans>}>
              <Trans>
                A script signs in with a token instead of your password. For a system of your company, a
                service account is better.
              </Trans>
            </Blank>
          ) : (
            <div className="card">
              <TokenList
                tokens={all}
                onRevoke={(token) => revoke.mutate(token.id)}
                pending={revoke.isPending}
              />
            </div>
          )
        }
      </QueryView>
      {making ? (
        <TokenDialog
          title={t`New token`}
          make={api.tokens.create}
          onMade={refresh}
          onClose={() => setMaking(false)}
        />
      ) : null}
    </AccountFrame>
  );
}
