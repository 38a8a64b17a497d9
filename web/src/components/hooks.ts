import { useQuery } from "@tanstack/react-query";
import { useParams, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { serverNow } from "../api/client.ts";
import { queries } from "../api/queries.ts";
import type { Id } from "../api/types.ts";
import { chosenCompany, listenForCompany } from "../preferences.ts";

/** The project of the page. Only for pages below `/projects/$projectId`. */
export function useProjectId(): Id {
  return useParams({ from: "/signed-in/projects/$projectId" }).projectId;
}

export function useCompanyId(): Id {
  const { companyId } = useParams({ strict: false });
  return companyId ?? "";
}

export function useProject() {
  return useQuery(queries.project(useProjectId()));
}

/** The name of the page in the window and in the history of the browser. */
export function useTitle(...parts: (string | undefined | null)[]) {
  const title = [...parts.filter(Boolean), "Sluice"].join(" · ");
  useEffect(() => {
    document.title = title;
  }, [title]);
}

/** For a row of tabs: on a narrow screen the tab of each new page comes into view. `known` changes when tabs appear. */
export function useTabInView(known: unknown) {
  const row = useRef<HTMLDivElement>(null);
  const here = useRouterState({ select: (state) => state.location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: for each page, and when its tabs appear
  useEffect(() => {
    row.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [here, known]);
  return row;
}

/** The company the reader chose to look at; `null` is all of them. */
export const useChosenCompany = () => useSyncExternalStore(listenForCompany, chosenCompany);

/** Milliseconds until an instant of the server, told anew each second; 0 from then on, and when there is none. */
export function useTimeLeft(until: string | null): number {
  const [shown, setShown] = useState({ until, left: timeLeft(until) });
  useEffect(() => {
    const tell = () => {
      const left = timeLeft(until);
      setShown({ until, left });
      if (left === 0) clearInterval(timer);
    };
    const timer = setInterval(tell, 1000);
    tell();
    return () => clearInterval(timer);
  }, [until]);
  return shown.until === until ? shown.left : timeLeft(until);
}

const timeLeft = (until: string | null) => (until ? Math.max(0, Date.parse(until) - serverNow()) : 0);

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    () => matchMedia(query).matches,
  );
}

export const usePhone = () => useMedia("(max-width: 720px)");

/** The fields that take typed text, in which keys of the page mean nothing. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** `/` puts the cursor into the search field of the page. */
export function useSearchKey() {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
      const field = document.querySelector<HTMLInputElement>("[data-search]");
      if (!field) return;
      event.preventDefault();
      field.focus();
      field.select();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
