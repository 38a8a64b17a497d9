/** Short messages at the foot of the screen, read out politely; a failure stays until it is closed. */
import { useLingui } from "@lingui/react/macro";
import { useSyncExternalStore } from "react";
import { asProblem } from "../api/problem.ts";
import { nextOf, saidOf } from "../api/words.ts";
import { Button } from "./Button.tsx";
import { Icon } from "./Icon.tsx";

interface Toast {
  id: number;
  text: string;
  detail: string | null;
  bad: boolean;
}

let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]) {
  toasts = next;
  for (const listener of listeners) listener();
}

function close(id: number) {
  set(toasts.filter((toast) => toast.id !== id));
}

export function tell(text: string): void {
  const id = nextId++;
  set([...toasts.slice(-2), { id, text, detail: null, bad: false }]);
  setTimeout(() => close(id), 6000);
}

/** Shows a failed act: what happened, what to do next, the request id. */
export function tellProblem(error: unknown): void {
  const problem = asProblem(error);
  const id = nextId++;
  const detail = [nextOf(problem), problem.requestId].filter(Boolean).join(" · ");
  set([...toasts.slice(-2), { id, text: saidOf(problem), detail: detail === "" ? null : detail, bad: true }]);
  setTimeout(() => close(id), 15_000);
}

export function Toasts() {
  const { t } = useLingui();
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <section className="toasts" aria-live="polite" aria-label={t`Messages`}>
      {shown.map((toast) => (
        <div key={toast.id} className="toast" role={toast.bad ? "alert" : "status"}>
          <Icon name={toast.bad ? "warning" : "check"} />
          <div className="grow">
            <div>{toast.text}</div>
            {toast.detail ? <div className="small">{toast.detail}</div> : null}
          </div>
          <Button look="link" onPress={() => close(toast.id)}>
            {t`Close`}
          </Button>
        </div>
      ))}
    </section>
  );
}
