import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { queries } from "../../api/queries.ts";
import type { ApprovalMode, ConnectionSettings, Id } from "../../api/types.ts";
import { ActButton } from "../../components/Button.tsx";
import { ProblemBanner, QueryView } from "../../components/feedback.tsx";
import { useCompanyId } from "../../components/hooks.ts";
import { Card } from "../../components/Page.tsx";
import { tell } from "../../components/toasts.tsx";
import { ApprovalChoices } from "./ApprovalChoices.tsx";
import { CompanyFrame } from "./CompanyFrame.tsx";
import { ExportCard } from "./ExportCard.tsx";

export function CompanySettingsPage() {
  const { t } = useLingui();
  const id = useCompanyId();
  const settings = useQuery(queries.companySettings(id));
  const company = useQuery(queries.company(id));
  return (
    <CompanyFrame id={id} narrow title={<Trans>Settings</Trans>} windowTitle={t`Settings`}>
      <div className="stack wide">
        <QueryView query={settings}>
          {(data) => <Approval key={data.approval} data={data} id={id} />}
        </QueryView>
        <ExportCard id={id} can={company.data?.can.export} />
      </div>
    </CompanyFrame>
  );
}

function Approval({ data, id }: { data: ConnectionSettings; id: Id }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const [approval, setApproval] = useState<ApprovalMode>(data.approval);
  const save = useMutation({
    mutationFn: () => api.companies.setSettings(id, approval),
    onSuccess: (next) => {
      client.setQueryData(queries.companySettings(id).queryKey, { ...data, ...next });
      tell(t`Saved.`);
    },
  });
  return (
    <Card title={<Trans>How connections to your projects are approved</Trans>}>
      <div className="card-body stack loose">
        <ApprovalChoices
          value={approval}
          onChange={setApproval}
          disabled={data.can.update?.allowed !== true}
        />
        <p className="hint">
          <Trans>
            In either case only a person who may already see what is shared can ask. A change affects later
            requests only; pending ones stay pending.
          </Trans>
        </p>
        <ProblemBanner error={save.error} />
        <div className="row">
          <ActButton
            can={data.can.update}
            look="primary"
            onPress={() => save.mutate()}
            pending={save.isPending}
          >
            <Trans>Save</Trans>
          </ActButton>
        </div>
      </div>
    </Card>
  );
}
