/**
 * Live hints: of the open project, or outside of one of the person. The server names a topic, the screen
 * fetches what the topic covers.
 *
 * A hint carries no data, so a lost one costs nothing but freshness: on every new line the whole project is
 * fetched again. Many hints within a moment become one refetch.
 */
import type { QueryClient } from "@tanstack/react-query";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { files } from "../paths.ts";
import type { Topic } from "./queries.ts";
import type { Hint, HintTopic, Id } from "./types.ts";

const topics: readonly HintTopic[] = [
  "drawings",
  "markups",
  "uploads",
  "connections",
  "project",
  "notifications",
];

/** A hint as it came; `everything` when the server could not keep up and names no topic any more. */
export function parseHint(data: string): (Omit<Hint, "topic"> & { topic: HintTopic | "everything" }) | null {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || !("topic" in value)) return null;
  const topic = value.topic === "everything" ? value.topic : topics.find((known) => known === value.topic);
  if (topic === undefined) return null;
  return { topic, id: "id" in value && typeof value.id === "string" ? value.id : null };
}

export interface Batch<K> {
  add(key: K): void;
  cancel(): void;
}

/**
 * Gathers keys and hands them over together: the first one waits `delay`, later ones ride along. Not a
 * debounce: under a steady stream it still delivers every `delay` milliseconds.
 */
export function batch<K>(deliver: (keys: ReadonlySet<K>) => void, delay: number): Batch<K> {
  let waiting = new Set<K>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  return {
    add(key) {
      waiting.add(key);
      timer ??= setTimeout(() => {
        const keys = waiting;
        waiting = new Set();
        timer = null;
        deliver(keys);
      }, delay);
    },
    cancel() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      waiting = new Set();
    },
  };
}

/** Which cache keys a topic touches. Numbers on the project home and lists come from several topics. */
export function keysOf(topic: HintTopic, projectId: Id | null): readonly (readonly [Topic, ...string[]])[] {
  if (topic === "notifications") return [["notifications"]];
  // Of a project nobody looks at, nothing is on the screen.
  if (projectId === null) return [];
  switch (topic) {
    case "connections":
      return [
        ["connections", projectId],
        ["project", projectId],
        ["project", "*"],
      ];
    case "project":
      return [
        ["project", projectId],
        ["project", "*"],
        ["directory", projectId],
      ];
    default:
      return [[topic, projectId]];
  }
}

function refetch(client: QueryClient, projectId: Id | null, hinted: Iterable<HintTopic>) {
  for (const topic of hinted) {
    for (const queryKey of keysOf(topic, projectId)) {
      void client.invalidateQueries({ queryKey }, { cancelRefetch: false });
    }
  }
}

export type LiveState = "opening" | "live" | "lost";

/** Keeps one line open, of a project or of the person alone; `off` is for where another one is open already. */
export function useLive(projectId: Id | null, off = false): LiveState {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>("opening");
  useEffect(() => {
    if (off) return;
    let source: EventSource | null = null;
    let retry: ReturnType<typeof setTimeout> | null = null;
    let opened = 0;
    const hints = batch<HintTopic>((keys) => refetch(client, projectId, keys), 300);
    const open = () => {
      source = new EventSource(projectId === null ? files.notifications() : files.changes(projectId));
      source.addEventListener("open", () => {
        setState("live");
        if (opened > 0) for (const topic of topics) hints.add(topic);
        opened += 1;
      });
      source.addEventListener("hint", (event) => {
        const hint = parseHint(event.data);
        if (hint?.topic === "everything") for (const topic of topics) hints.add(topic);
        else if (hint) hints.add(hint.topic);
      });
      source.addEventListener("error", () => {
        setState("lost");
        // The browser reconnects by itself unless the server answered with an error: then we try again.
        if (source?.readyState === EventSource.CLOSED) {
          source = null;
          opened += 1;
          retry = setTimeout(open, 5_000);
        }
      });
    };
    open();
    return () => {
      source?.close();
      if (retry !== null) clearTimeout(retry);
      hints.cancel();
    };
  }, [client, projectId, off]);
  return state;
}
