import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import * as api from "../../api/endpoints.ts";
import { queries } from "../../api/queries.ts";
import type { CompanyPerson, Id, PlaceOfPerson } from "../../api/types.ts";
import { whyNot } from "../../api/words.ts";
import { AppLink } from "../../components/AppLink.tsx";
import { ActButton, Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { ProblemBanner, QueryView } from "../../components/feedback.tsx";
import { Check, SelectField } from "../../components/fields.tsx";
import { tell } from "../../components/toasts.tsx";
import { paths } from "../../paths.ts";
import { PersonStatusMark } from "../project/DirectoryPage.tsx";
import { LevelWords } from "../project/RightsFields.tsx";

/** One entry of the directory: what the company may change of it, and in which projects its person is. */
export function PersonDialog({
  row,
  all,
  companyId,
  onClose,
}: {
  row: CompanyPerson;
  all: readonly CompanyPerson[];
  companyId: Id;
  onClose: () => void;
}) {
  const { t } = useLingui();
  const client = useQueryClient();
  const detail = useQuery(queries.companyPerson(companyId, row.person.id));
  const change = useMutation({
    mutationFn: (body: api.PersonEdit) => api.companies.changePerson(companyId, row.person.id, body),
    onSuccess: async () => {
      tell(t`Saved.`);
      await client.invalidateQueries({ queryKey: queries.companyPeople(companyId).queryKey });
    },
  });
  // Only companies this directory knows of already: whom else somebody works for is theirs to say.
  const known = [
    ...new Map(
      all.flatMap((one) => (!one.employee && one.represents ? [[one.represents.id, one.represents]] : [])),
    ).values(),
  ];
  const { administer, deactivate, represent } = row.can;
  return (
    <Dialog
      title={row.person.name}
      onClose={onClose}
      foot={
        <>
          {row.status === "inactive" ? (
            <ActButton
              can={row.can.update}
              onPress={() => change.mutate({ active: true })}
              pending={change.isPending}
            >
              <Trans>Reactivate</Trans>
            </ActButton>
          ) : (
            <ActButton
              can={deactivate}
              look="danger"
              onPress={() => change.mutate({ active: false })}
              pending={change.isPending}
            >
              <Trans>Deactivate</Trans>
            </ActButton>
          )}
          <Button look="primary" onPress={onClose}>
            <Trans>Close</Trans>
          </Button>
        </>
      }
    >
      <div className="row wrap">
        <span className="quiet grow">{row.person.email}</span>
        <PersonStatusMark status={row.status} until={row.invited_until} />
      </div>
      {row.employee ? (
        <Check
          selected={row.company_admin}
          disabled={administer?.allowed !== true || change.isPending}
          onChange={(on) => change.mutate({ company_admin: on })}
        >
          <span className="stack tight">
            <span>
              <Trans>Company administrator</Trans>
            </span>
            <span className="hint">
              {administer?.allowed === false ? (
                whyNot(administer)
              ) : (
                <Trans>Has Admin everywhere in this company.</Trans>
              )}
            </span>
          </span>
        </Check>
      ) : (
        <SelectField
          label={t`Represents`}
          hint={t`The person chose it when accepting. Here you can set another company they work for.`}
          placeholder={t`Not said yet`}
          value={row.represents?.id ?? null}
          choices={known}
          disabled={represent?.allowed !== true || known.length === 0 || change.isPending}
          onChange={(represents_company_id: Id) => change.mutate({ represents_company_id })}
        />
      )}
      <section className="stack" aria-label={t`Projects`}>
        <h3>
          <Trans>Projects</Trans>
        </h3>
        <QueryView query={detail}>
          {(one) =>
            one.member_of.length === 0 ? (
              <p className="quiet">
                <Trans>In no project’s directory.</Trans>
              </p>
            ) : (
              <ul className="card list">
                {one.member_of.map((place) => (
                  <Place key={place.project.id} place={place} />
                ))}
              </ul>
            )
          }
        </QueryView>
      </section>
      {row.status === "inactive" ? null : (
        <p className="hint">
          <Trans>
            Somebody who is deactivated finds nothing here any more. Reactivated, they have their projects and
            levels again.
          </Trans>
        </p>
      )}
      <ProblemBanner error={change.error} />
    </Dialog>
  );
}

function Place({ place }: { place: PlaceOfPerson }) {
  return (
    <li className="line place-line">
      <div className="stack tight grow">
        <AppLink className="strong" href={paths.directory(place.project.id)}>
          {place.project.name}
        </AppLink>
        <span className="small quiet">
          {place.template ?? <Trans>No template</Trans>}
          {place.overridden ? (
            <>
              {" · "}
              <Trans>set apart</Trans>
            </>
          ) : null}
          {place.active ? null : (
            <>
              {" · "}
              <Trans>inactive project</Trans>
            </>
          )}
        </span>
      </div>
      <LevelWords levels={place.levels} />
    </li>
  );
}
