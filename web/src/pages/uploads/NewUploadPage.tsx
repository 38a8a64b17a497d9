import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import * as api from "../../api/endpoints.ts";
import { asProblem, fieldErrors } from "../../api/problem.ts";
import { queries, topicKey } from "../../api/queries.ts";
import type { Id, NamingMode, NewUpload } from "../../api/types.ts";
import { saidOf, whyNot } from "../../api/words.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { Button, IconButton, RefusedButton } from "../../components/Button.tsx";
import { Banner, ProblemBanner } from "../../components/feedback.tsx";
import { Field, SelectField } from "../../components/fields.tsx";
import { useProject, useProjectId } from "../../components/hooks.ts";
import { Icon } from "../../components/Icon.tsx";
import { Card, Page } from "../../components/Page.tsx";
import { formatBytes, formatDate, today } from "../../i18n/format.ts";
import { paths } from "../../paths.ts";
import { uploadQueue } from "../../uploads/queue.ts";
import { FileDrop } from "./FileDrop.tsx";

const newSet = "new";

const sameFile = (one: File, two: File) =>
  one.name === two.name && one.size === two.size && one.lastModified === two.lastModified;

export function NewUploadPage() {
  const { t } = useLingui();
  const projectId = useProjectId();
  const project = useProject();
  const router = useRouter();
  const client = useQueryClient();
  const sets = useQuery(queries.sets(projectId));
  const areas = useQuery(queries.areas(projectId));
  const ownSets = (sets.data ?? []).filter((set) => !set.external);
  const ownAreas = (areas.data ?? []).filter((area) => !area.external);

  const [setId, setSetId] = useState<string>(newSet);
  const [name, setName] = useState("");
  const [date, setDate] = useState("");
  const [area, setArea] = useState<Id | null>(null);
  const [revision, setRevision] = useState("");
  const [drawingDate, setDrawingDate] = useState("");
  const [typed, setReceived] = useState<string | null>(null);
  const received = typed ?? today(project.data?.time_zone);
  const [naming, setNaming] = useState<NamingMode>("automatic");
  const [files, setFiles] = useState<readonly File[]>([]);
  const [notPdf, setNotPdf] = useState(0);
  const [tried, setTried] = useState(false);

  const create = useMutation({
    mutationFn: () => {
      const body: NewUpload = {
        ...(setId === newSet ? { set: { name: name.trim(), date } } : { set_id: setId }),
        ...(area ? { area_id: area } : {}),
        ...(revision.trim() ? { default_revision: revision.trim() } : {}),
        ...(drawingDate ? { drawing_date: drawingDate } : {}),
        ...(received ? { received_date: received } : {}),
        naming,
      };
      return api.uploads.create(projectId, body);
    },
    onSuccess: (upload) => {
      client.setQueryData(queries.upload(projectId, upload.id).queryKey, upload);
      void client.invalidateQueries({ queryKey: topicKey("drawings", projectId, "sets") });
      uploadQueue.add(upload, files);
      router.history.push(paths.upload(projectId, upload.id));
    },
  });
  const problem = create.error ? asProblem(create.error) : null;
  const { byField } = fieldErrors(problem, ["set.name", "set.date", "set_id", "default_revision"]);
  const isNew = setId === newSet;
  const nameMissing = isNew && name.trim() === "";
  const dateMissing = isNew && date === "";
  const nameError = byField["set.name"] ?? (tried && nameMissing ? t`Give the set a name.` : undefined);
  const dateError =
    byField["set.date"] ??
    (problem?.code === "set_date_missing" ? saidOf(problem) : undefined) ??
    (tried && dateMissing ? t`Give the set a date: it puts sets in order.` : undefined);
  const namingChoices: { id: NamingMode; name: string }[] = [
    { id: "automatic", name: t`From the sheets (automatic)` },
    { id: "number_title", name: t`From the file name: Number_Title` },
    { id: "number_dot_rev_title", name: t`From the file name: Number.Rev_Title` },
    { id: "number_rev_title", name: t`From the file name: Number_Rev_Title` },
    { id: "number_title_rev", name: t`From the file name: Number_Title_Rev` },
  ];
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  const refused =
    project.data?.can.upload_drawings?.allowed === false ? project.data.can.upload_drawings : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!nameMissing && !dateMissing && files.length > 0) create.mutate();
  };
  const addFiles = (more: File[], other: number) => {
    setNotPdf(other);
    setFiles((before) => [
      ...before,
      ...more.filter((file) => !before.some((known) => sameFile(known, file))),
    ]);
  };

  return (
    <Page
      narrow
      windowTitle={t`Upload drawings`}
      title={<Trans>Upload drawings</Trans>}
      lead={
        <AppLink href={paths.drawings(projectId)}>
          <Trans>Drawings</Trans>
        </AppLink>
      }
    >
      <form className="stack loose" onSubmit={submit} noValidate>
        <Card title={<Trans>Files</Trans>}>
          <div className="card-body stack loose">
            <FileDrop onFiles={addFiles} small={files.length > 0} />
            {notPdf > 0 ? (
              <p className="wrong" role="alert">
                <Plural
                  value={notPdf}
                  one="# file is not a PDF and was left out."
                  other="# files are not PDFs and were left out."
                />
              </p>
            ) : null}
            {files.length > 0 ? (
              <div className="stack">
                <ul className="file-list list" aria-label={t`Chosen files`}>
                  {files.map((file) => (
                    <li key={`${file.name}${file.size}${file.lastModified}`} className="row">
                      <Icon name="drawing" />
                      <span className="cut grow">{file.name}</span>
                      <span className="small quiet num nowrap">{formatBytes(file.size)}</span>
                      <IconButton
                        icon="close"
                        label={t`Leave out ${file.name}`}
                        onPress={() => setFiles(files.filter((other) => other !== file))}
                      />
                    </li>
                  ))}
                </ul>
                <p className="small quiet num">
                  <Plural value={files.length} one="# file" other="# files" /> · {formatBytes(bytes)}
                </p>
              </div>
            ) : tried ? (
              <p className="wrong" role="alert">
                <Trans>Choose at least one PDF file.</Trans>
              </p>
            ) : null}
          </div>
        </Card>
        <Card title={<Trans>Set</Trans>}>
          <div className="card-body stack loose">
            <SelectField
              label={t`Drawing set`}
              value={setId}
              onChange={setSetId}
              error={byField["set_id"]}
              choices={[
                { id: newSet, name: t`New set` },
                ...ownSets.map((set) => ({ id: set.id, name: set.name, note: formatDate(set.date) })),
              ]}
            />
            {isNew ? (
              <div className="two">
                <Field
                  label={t`Name of the set`}
                  placeholder={t`100 % CD`}
                  value={name}
                  onChange={setName}
                  error={nameError}
                  required
                />
                <Field
                  label={t`Date of the set`}
                  type="date"
                  value={date}
                  onChange={setDate}
                  error={dateError}
                  required
                />
              </div>
            ) : null}
          </div>
        </Card>
        <Card title={<Trans>Defaults for these sheets</Trans>}>
          <div className="card-body two">
            {ownAreas.length > 1 ? (
              <SelectField
                label={t`Area`}
                value={area ?? ownAreas.find((one) => one.is_default)?.id ?? null}
                onChange={setArea}
                choices={ownAreas}
              />
            ) : null}
            <Field
              label={t`Revision, where none is found`}
              value={revision}
              onChange={setRevision}
              error={byField["default_revision"]}
              placeholder="0"
            />
            <Field label={t`Drawing date`} type="date" value={drawingDate} onChange={setDrawingDate} />
            <Field label={t`Received date`} type="date" value={received} onChange={setReceived} />
            <SelectField
              label={t`Where number and title come from`}
              value={naming}
              onChange={setNaming}
              choices={namingChoices}
            />
          </div>
        </Card>
        <ProblemBanner error={problem?.code === "set_date_missing" ? null : create.error} />
        <Banner icon="info">
          <Trans>
            Uploading continues if the connection drops. The sheets then wait for review; nothing is visible
            to others until it is published.
          </Trans>
        </Banner>
        <div className="row end">
          {refused ? (
            <RefusedButton reason={whyNot(refused)} icon="upload">
              <Trans>Upload</Trans>
            </RefusedButton>
          ) : (
            <Button look="primary" big icon="upload" type="submit" pending={create.isPending}>
              {files.length > 0 ? (
                <Plural value={files.length} one="Upload # file" other="Upload # files" />
              ) : (
                <Trans>Upload</Trans>
              )}
            </Button>
          )}
        </div>
      </form>
    </Page>
  );
}
