/** The time zones of the world, as this browser knows them. */
import { useMemo } from "react";
import type { Choice } from "./fields.tsx";

/** `America/Argentina/Buenos_Aires` → `America/Argentina/Buenos Aires` */
const spoken = (zone: string): string => zone.replaceAll("_", " ");

/** All zones by name; one that is chosen and not among them is there as well. */
export function zoneChoices(chosen: string | null): Choice<string>[] {
  const known = ["UTC", ...Intl.supportedValuesOf("timeZone")];
  const all = new Set(chosen && !known.includes(chosen) ? [chosen, ...known] : known);
  return [...all].map((zone) => ({ id: zone, name: spoken(zone) }));
}

export const useZones = (chosen: string | null): Choice<string>[] =>
  useMemo(() => zoneChoices(chosen), [chosen]);
