import { describe, expect, it } from "vitest";
import type { ConnectionHistoryItem } from "../../api/types.ts";
import { fold, sum } from "./history.ts";

const item = (at: string, kind: ConnectionHistoryItem["kind"], arrived = 1): ConnectionHistoryItem => ({
  id: `${at}${kind}`,
  at,
  kind,
  by: null,
  by_company: null,
  by_policy: false,
  reason: null,
  tool: kind === "delivery" ? "drawings" : null,
  repair: null,
  delivery: kind === "delivery" ? { records: arrived + 1, arrived, bytes: 10, duration_ms: 5 } : null,
});

describe("history", () => {
  it("folds neighbouring batches of one minute and nothing else", () => {
    const folded = fold([
      item("2026-03-02T08:01:59Z", "delivery"),
      item("2026-03-02T08:01:01Z", "delivery", 3),
      item("2026-03-02T08:00:59Z", "delivery"),
      item("2026-03-02T08:00:30Z", "paused"),
      item("2026-03-02T08:00:10Z", "delivery"),
    ]);
    expect(folded.map((entry) => (entry.kind === "one" ? entry.item.kind : entry.items.length))).toEqual([
      2,
      1,
      "paused",
      1,
    ]);
  });

  it("adds up what a fold hides", () => {
    const total = sum([
      item("2026-03-02T08:01:59Z", "delivery"),
      item("2026-03-02T08:01:01Z", "delivery", 3),
    ]);
    expect(total).toEqual({ records: 6, arrived: 4, bytes: 20, duration: 10 });
  });
});
