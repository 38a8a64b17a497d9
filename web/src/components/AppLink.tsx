import { useRouter, useRouterState } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, MouseEvent } from "react";

interface Props extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href"> {
  href: string;
  /** Marks the link as the present place: exactly this path, or this path and all below. */
  current?: "exact" | "below";
  /** A second place that counts as this one. */
  also?: string;
}

/** A real link that stays within the screen on a plain click and behaves as a link otherwise. */
export function AppLink({ href, current, also, onClick, children, ...rest }: Props) {
  const router = useRouter();
  const here = useRouterState({ select: (state) => state.location.pathname });
  const path = href.split("?")[0] ?? href;
  const below = (place: string) => here === place || here.startsWith(`${place}/`);
  const active =
    current === "exact"
      ? here === path
      : current === "below" && (below(path) || (also !== undefined && below(also)));
  const go = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    router.history.push(href);
  };
  return (
    <a {...rest} href={href} onClick={go} {...(active ? { "aria-current": "page" as const } : {})}>
      {children}
    </a>
  );
}
