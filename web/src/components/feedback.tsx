/** The states a view can be in beside showing its work: loading, empty, failed, offline. */
import { Trans, useLingui } from "@lingui/react/macro";
import type { UseQueryResult } from "@tanstack/react-query";
import type { CSSProperties, ReactNode } from "react";
import { asProblem } from "../api/problem.ts";
import { nextOf, saidOf, wrongOf } from "../api/words.ts";
import { formatInstant } from "../i18n/format.ts";
import { Button } from "./Button.tsx";
import { Icon, type IconName } from "./Icon.tsx";

export function Blank({
  icon,
  title,
  children,
  action,
  alone,
}: {
  icon: IconName;
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  /** It is the whole page, and its title the page's heading. */
  alone?: boolean;
}) {
  const Heading = alone ? "h1" : "h2";
  return (
    <div className="blank">
      <Icon name={icon} large />
      <div className="stack tight">
        <Heading>{title}</Heading>
        {children ? <p className="quiet">{children}</p> : null}
      </div>
      {action}
    </div>
  );
}

export function ProblemBanner({ error }: { error: unknown }) {
  if (!error) return null;
  const problem = asProblem(error);
  const next = nextOf(problem);
  return (
    <div className="banner bad" role="alert">
      <Icon name="warning" />
      <div className="grow">
        <div className="strong">{saidOf(problem)}</div>
        {next ? <div>{next}</div> : null}
        {problem.fields.length > 0 &&
        !problem.fields.every((field) => saidOf(problem).includes(wrongOf(field))) ? (
          <ul>
            {problem.fields.map((field) => (
              <li key={`${field.pointer}${field.code}`}>{wrongOf(field)}</li>
            ))}
          </ul>
        ) : null}
        {problem.requestId ? (
          <div className="small quiet">
            <Trans>Request {problem.requestId}</Trans>
          </div>
        ) : null}
      </div>
    </div>
  );
}

export function ProblemView({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = asProblem(error);
  const missing = problem.status === 404;
  return (
    <div className="blank" role="alert">
      <Icon name={problem.offline ? "offline" : "warning"} large />
      <div className="stack tight">
        <h2>
          {missing ? (
            <Trans>There is nothing here, or it is not yours to see</Trans>
          ) : problem.offline ? (
            <Trans>You are offline</Trans>
          ) : (
            <Trans>This could not be shown</Trans>
          )}
        </h2>
        <p className="quiet">
          {saidOf(problem)} {nextOf(problem)}
        </p>
        {problem.requestId ? (
          <p className="small quiet">
            <Trans>Request {problem.requestId}</Trans>
          </p>
        ) : null}
      </div>
      {retry ? (
        <Button onPress={retry}>
          <Trans>Try again</Trans>
        </Button>
      ) : null}
    </div>
  );
}

export function Skeleton({ width, height = 14 }: { width: number | string; height?: number | string }) {
  const style: CSSProperties = { width, height };
  return <div className="skeleton" style={style} />;
}

/** Rows at their true height while a list loads. */
export function SkeletonRows({ rows = 6, height = 44 }: { rows?: number; height?: number }) {
  const { t } = useLingui();
  return (
    <div role="status" aria-label={t`Loading`} className="card">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <div key={row} className="line" style={{ height }}>
          <Skeleton width={`${26 + ((row * 17) % 30)}%`} />
          <span className="grow" />
          <Skeleton width={72} />
        </div>
      ))}
    </div>
  );
}

/** Shown over data that is older than the last attempt to read it. */
function Stale({ error, since, retry }: { error: unknown; since: number; retry: () => void }) {
  const problem = asProblem(error);
  const when = formatInstant(new Date(since).toISOString());
  return (
    <div className="banner wait stale" role="status">
      <Icon name={problem.offline ? "offline" : "warning"} />
      <div className="grow">
        {problem.offline ? (
          <Trans>You are offline. This is as of {when}.</Trans>
        ) : (
          <Trans>This could not be refreshed and is as of {when}.</Trans>
        )}
      </div>
      <Button look="link" onPress={retry}>
        <Trans>Try again</Trans>
      </Button>
    </div>
  );
}

/** The five states of a view around one query. */
export function QueryView<T>({
  query,
  children,
  loading,
}: {
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
  loading?: ReactNode;
}) {
  const retry = () => void query.refetch();
  if (query.data !== undefined) {
    return (
      <>
        {query.isError ? <Stale error={query.error} since={query.dataUpdatedAt} retry={retry} /> : null}
        {children(query.data)}
      </>
    );
  }
  if (query.isError) return <ProblemView error={query.error} retry={retry} />;
  return loading ?? <SkeletonRows />;
}

export function Banner({
  tone,
  icon,
  children,
  action,
}: {
  tone?: "wait" | "bad" | "note";
  icon: IconName;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={tone ? `banner ${tone}` : "banner"}>
      <Icon name={icon} />
      <div className="grow">{children}</div>
      {action}
    </div>
  );
}

/** A bar with a name and a value a screen reader can read. `of` 0 means the whole is not known yet. */
export function ProgressBar({
  value,
  of,
  label,
  tone,
}: {
  value: number;
  of: number;
  label: string;
  tone?: "done" | "bad";
}) {
  const share = of > 0 ? Math.min(1, Math.max(0, value / of)) : 0;
  return (
    <div
      className={tone ? `bar ${tone}` : "bar"}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(of > 0 ? { "aria-valuenow": Math.floor(share * 100) } : {})}
    >
      <span style={{ transform: `scaleX(${share})` }} />
    </div>
  );
}

export function Initials({ name }: { name: string }) {
  const letters = name
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => word.charAt(0));
  const shown = letters.length > 1 ? `${letters[0]}${letters[letters.length - 1]}` : (letters[0] ?? "?");
  return (
    <span className="avatar" aria-hidden="true">
      {shown.toUpperCase()}
    </span>
  );
}
