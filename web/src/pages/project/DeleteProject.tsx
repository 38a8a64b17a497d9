import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { queries, topicKey } from "../../api/queries.ts";
import type { Project, ProjectDeletion } from "../../api/types.ts";
import { ActButton } from "../../components/Button.tsx";
import { EndDialog } from "../../components/EndDialog.tsx";
import { ProblemBanner } from "../../components/feedback.tsx";
import { Card } from "../../components/Page.tsx";
import { tell } from "../../components/toasts.tsx";
import { paths } from "../../paths.ts";

/** Deletes the project for good, once its consequences have been read and its name typed. */
export function DeleteProject({ project }: { project: Project }) {
  const [asking, setAsking] = useState(false);
  const consequences = useQuery({ ...queries.projectDeletion(project.id), enabled: asking });
  return (
    <Card title={<Trans>Delete</Trans>}>
      <div className="card-body stack loose">
        <p className="hint">
          <Trans>
            A deleted project is gone for everybody of {project.company.name}, and its connections end. What
            has arrived at other companies stays with them.
          </Trans>
        </p>
        <ProblemBanner error={consequences.error} />
        <div className="row">
          <ActButton
            can={project.can.delete}
            look="danger"
            onPress={() => setAsking(true)}
            pending={asking && consequences.isFetching && !consequences.data}
          >
            <Trans>Delete this project</Trans>
          </ActButton>
        </div>
      </div>
      {asking && consequences.data ? (
        <Confirm project={project} consequences={consequences.data} onClose={() => setAsking(false)} />
      ) : null}
    </Card>
  );
}

function Confirm({
  project,
  consequences,
  onClose,
}: {
  project: Project;
  consequences: ProjectDeletion;
  onClose: () => void;
}) {
  const { t } = useLingui();
  const client = useQueryClient();
  const router = useRouter();
  const remove = useMutation({
    mutationFn: (ending: { name: string; reason: string }) => api.projects.remove(project.id, ending),
    onSuccess: async () => {
      tell(t`${project.name} has been deleted.`);
      router.history.push(paths.projects());
      await client.invalidateQueries({ queryKey: topicKey("project", "*") });
    },
  });
  const { drawings, revisions, ends } = consequences;
  return (
    <EndDialog
      title={t`Delete ${project.name}`}
      name={consequences.name}
      act={<Trans>Delete for good</Trans>}
      error={remove.error}
      pending={remove.isPending}
      onEnd={(ending) => remove.mutate(ending)}
      onClose={onClose}
    >
      <li>
        <Trans>
          <strong>
            <Plural value={drawings} one="# drawing" other="# drawings" />
          </strong>{" "}
          with <Plural value={revisions} one="# revision" other="# revisions" />, uploads, histories and the
          directory can no longer be opened.
        </Trans>
      </li>
      {ends.map((end) => (
        <li key={end.connection_id}>
          {end.state === "connected" ? (
            <Trans>
              The connection with <strong>{end.project.name}</strong> of {end.company.name} ends. Both sides
              are told; what has arrived stays.
            </Trans>
          ) : (
            <Trans>
              The request between this project and <strong>{end.project.name}</strong> of {end.company.name}{" "}
              ends without an answer. They are told.
            </Trans>
          )}
        </li>
      ))}
      <li>
        <Trans>
          To keep what is in it, export everything of {project.company.name} first.{" "}
          <strong>This cannot be undone.</strong>
        </Trans>
      </li>
    </EndDialog>
  );
}
