import { Trans, useLingui } from "@lingui/react/macro";
import { LinkButton } from "../components/Button.tsx";
import { Blank } from "../components/feedback.tsx";
import { useTitle } from "../components/hooks.ts";
import { paths } from "../paths.ts";

export function NotFound() {
  const { t } = useLingui();
  useTitle(t`Not found`);
  return (
    <main>
      <Blank
        alone
        icon="search"
        title={<Trans>There is no such page</Trans>}
        action={
          <LinkButton href={paths.projects()}>
            <Trans>Go to the projects</Trans>
          </LinkButton>
        }
      >
        <Trans>The address may be old, or typed wrong.</Trans>
      </Blank>
    </main>
  );
}
