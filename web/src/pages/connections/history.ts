/** How a history is folded to be read: what arrived within one minute is one line. */
import type { ConnectionHistoryItem } from "../../api/types.ts";

export type Entry =
  | { kind: "one"; item: ConnectionHistoryItem }
  | { kind: "batches"; items: [ConnectionHistoryItem, ...ConnectionHistoryItem[]] };

const minute = (item: ConnectionHistoryItem) => item.at.slice(0, "2026-01-01T00:00".length);

/** Keeps the order; only neighbours of one tool are folded, so that nothing moves past a pause or a decision. */
export function fold(items: readonly ConnectionHistoryItem[]): Entry[] {
  const entries: Entry[] = [];
  for (const item of items) {
    const last = entries.at(-1);
    if (item.kind !== "delivery") entries.push({ kind: "one", item });
    else if (
      last?.kind === "batches" &&
      last.items[0].tool === item.tool &&
      minute(last.items[0]) === minute(item)
    )
      last.items.push(item);
    else entries.push({ kind: "batches", items: [item] });
  }
  return entries;
}

/** What a fold hides, added up. */
export function sum(items: readonly ConnectionHistoryItem[]) {
  const total = { records: 0, arrived: 0, bytes: 0, duration: 0 };
  for (const { delivery } of items) {
    if (!delivery) continue;
    total.records += delivery.records;
    total.arrived += delivery.arrived;
    total.bytes += delivery.bytes;
    total.duration += delivery.duration_ms;
  }
  return total;
}
