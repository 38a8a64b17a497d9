import { plural } from "@lingui/core/macro";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../../api/endpoints.ts";
import { topicKey } from "../../api/queries.ts";
import type { Drawing, DrawingSet, Id, PublicationChoice } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { Banner, ProblemBanner } from "../../components/feedback.tsx";
import { RadioCards } from "../../components/fields.tsx";
import { useProject } from "../../components/hooks.ts";
import { Icon } from "../../components/Icon.tsx";
import { Menu } from "../../components/Menu.tsx";
import { tell } from "../../components/toasts.tsx";
import { formatDate } from "../../i18n/format.ts";

interface Props {
  projectId: Id;
  sets: readonly DrawingSet[];
  /** Chosen drawings whose revision is not published. */
  selected: readonly Drawing[];
  onShow: () => void;
  onDone: () => void;
}

/** For Drawings Admins: what waits to be published, and the ways to publish it. */
export function PublishBanner({ projectId, sets, selected, onShow, onDone }: Props) {
  const { t } = useLingui();
  const [distribute, setDistribute] = useState<boolean | null>(null);
  const waiting = sets.reduce((sum, set) => sum + set.unpublished, 0);
  if (waiting === 0) return null;
  const external = sets.filter((set) => set.external).reduce((sum, set) => sum + set.unpublished, 0);
  return (
    <>
      <Banner
        tone="note"
        icon="info"
        action={
          <div className="row">
            <Button look="link" onPress={onShow}>
              <Trans>Show</Trans>
            </Button>
            <Menu
              className="btn primary"
              placement="bottom end"
              entries={[
                { id: "publish", name: t`Publish`, onAct: () => setDistribute(false) },
                { id: "distribute", name: t`Publish and distribute`, onAct: () => setDistribute(true) },
              ]}
            >
              <Trans>Publish</Trans>
              <Icon name="chevronDown" />
            </Menu>
          </div>
        }
      >
        <span className="strong">
          <Plural value={waiting} one="# unpublished revision" other="# unpublished revisions" />
        </span>
        <span className="quiet">
          {external > 0 ? (
            <>
              {" · "}
              <Plural value={external} one="# external" other="# external" />
            </>
          ) : null}
          {" · "}
          <Trans>Only Drawings Admins see them.</Trans>
        </span>
      </Banner>
      {distribute === null ? null : (
        <PublishDialog
          projectId={projectId}
          sets={sets.filter((set) => set.unpublished > 0)}
          selected={selected}
          distribute={distribute}
          onClose={() => setDistribute(null)}
          onDone={() => {
            setDistribute(null);
            onDone();
          }}
        />
      )}
    </>
  );
}

function PublishDialog({
  projectId,
  sets,
  selected,
  distribute,
  onClose,
  onDone,
}: Omit<Props, "onShow"> & { distribute: boolean; onClose: () => void }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const [what, setWhat] = useState<string>(selected.length > 0 ? "selected" : "all");
  const waiting = sets.reduce((sum, set) => sum + set.unpublished, 0);
  // A project on the downstream side never has others connected to it.
  const project = useProject();
  const upstream = project.data?.connections.upstream?.state;
  const receives = upstream === "requested" || upstream === "connected" || upstream === "disconnected";
  const choice = (): PublicationChoice => {
    if (what === "all") return { all: true };
    if (what === "selected") {
      return { revision_ids: selected.flatMap((drawing) => (drawing.revision ? [drawing.revision.id] : [])) };
    }
    return { set_id: what };
  };
  const publish = useMutation({
    mutationFn: () => api.drawings.publish(projectId, choice(), distribute),
    onSuccess: async ({ published }) => {
      tell(plural(published, { one: "Published # revision.", other: "Published # revisions." }));
      await client.invalidateQueries({ queryKey: topicKey("drawings", projectId) });
      onDone();
    },
  });
  return (
    <Dialog
      title={distribute ? t`Publish and distribute` : t`Publish`}
      onClose={onClose}
      onSubmit={() => publish.mutate()}
      foot={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="primary" type="submit" pending={publish.isPending}>
            {distribute ? <Trans>Publish and distribute</Trans> : <Trans>Publish</Trans>}
          </Button>
        </>
      }
    >
      <p>
        {receives && distribute ? (
          <Trans>
            Everyone who may see drawings here will see these, and subscribers of the log get an e-mail.
            Publishing cannot be undone.
          </Trans>
        ) : receives ? (
          <Trans>
            Everyone who may see drawings here will see these. Nobody gets an e-mail. Publishing cannot be
            undone.
          </Trans>
        ) : distribute ? (
          <Trans>
            Everyone who may see drawings will see these, connected downstream projects receive them, and
            subscribers of the log get an e-mail. Publishing cannot be undone.
          </Trans>
        ) : (
          <Trans>
            Everyone who may see drawings will see these, and connected downstream projects receive them.
            Nobody gets an e-mail. Publishing cannot be undone.
          </Trans>
        )}
      </p>
      <RadioCards
        label={t`What to publish`}
        value={what}
        onChange={setWhat}
        choices={[
          ...(selected.length > 0
            ? [
                {
                  id: "selected",
                  title: (
                    <Plural
                      value={selected.length}
                      one="The # selected sheet"
                      other="The # selected sheets"
                    />
                  ),
                },
              ]
            : []),
          { id: "all", title: <Plural value={waiting} one="All (# revision)" other="All (# revisions)" /> },
          ...sets.map((set) => ({
            id: set.id,
            title: set.name,
            note: (
              <>
                {formatDate(set.date)} ·{" "}
                <Plural value={set.unpublished} one="# revision" other="# revisions" />
                {set.external ? <> · {t`external`}</> : null}
              </>
            ),
          })),
        ]}
      />
      <ProblemBanner error={publish.error} />
    </Dialog>
  );
}
