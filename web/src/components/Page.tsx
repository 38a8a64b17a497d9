import type { ReactNode } from "react";
import { useTitle } from "./hooks.ts";

/** A page with its heading and acts. `fill` lets the content take the height of the window and scroll itself. */
export function Page({
  title,
  windowTitle,
  lead,
  actions,
  children,
  fill,
  narrow,
}: {
  title: ReactNode;
  windowTitle: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  fill?: boolean;
  narrow?: boolean;
}) {
  useTitle(windowTitle);
  return (
    <main className={`page${fill ? " fill" : ""}${narrow ? " narrow" : ""}`}>
      <div className="page-head">
        <div className="stack tight grow">
          <h1>{title}</h1>
          {lead ? <p className="quiet">{lead}</p> : null}
        </div>
        {actions ? <div className="row wrap page-actions">{actions}</div> : null}
      </div>
      {children}
    </main>
  );
}

export function Card({
  title,
  actions,
  children,
}: {
  title: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="card">
      <div className="card-head">
        <h2>{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  );
}

export function Facts({ items }: { items: readonly (readonly [ReactNode, ReactNode] | null)[] }) {
  return (
    <dl className="facts">
      {items.map((item, index) =>
        item ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the facts of a record stand in a fixed order
          <div key={index}>
            <dt>{item[0]}</dt>
            <dd>{item[1]}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}
