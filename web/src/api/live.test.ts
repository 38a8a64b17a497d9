import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { batch, keysOf, parseHint } from "./live.ts";

describe("batch", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("delivers many hints of a moment once, each topic once", () => {
    const delivered: string[][] = [];
    const hints = batch<string>((keys) => delivered.push([...keys]), 300);
    for (let i = 0; i < 50; i += 1) hints.add("drawings");
    hints.add("uploads");
    vi.advanceTimersByTime(299);
    expect(delivered).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(delivered).toEqual([["drawings", "uploads"]]);
  });

  it("keeps delivering under a steady stream", () => {
    let count = 0;
    const hints = batch<string>(() => {
      count += 1;
    }, 300);
    for (let i = 0; i < 30; i += 1) {
      hints.add("connections");
      vi.advanceTimersByTime(100);
    }
    expect(count).toBeGreaterThanOrEqual(9);
  });

  it("delivers nothing after it was cancelled", () => {
    const deliver = vi.fn();
    const hints = batch<string>(deliver, 300);
    hints.add("drawings");
    hints.cancel();
    vi.advanceTimersByTime(1000);
    expect(deliver).not.toHaveBeenCalled();
  });
});

describe("parseHint", () => {
  it("reads topics it knows and nothing else", () => {
    expect(parseHint('{"topic":"drawings","id":null}')).toEqual({ topic: "drawings", id: null });
    expect(parseHint('{"topic":"uploads","id":"7"}')).toEqual({ topic: "uploads", id: "7" });
    expect(parseHint('{"topic":"everything","id":null}')).toEqual({ topic: "everything", id: null });
    expect(parseHint('{"topic":"weather"}')).toBeNull();
    expect(parseHint("not json")).toBeNull();
    expect(parseHint("null")).toBeNull();
  });
});

describe("keysOf", () => {
  it("touches the open project only, and what is counted on its home", () => {
    expect(keysOf("drawings", "p")).toEqual([["drawings", "p"]]);
    expect(keysOf("connections", "p")).toEqual([
      ["connections", "p"],
      ["project", "p"],
      ["project", "*"],
    ]);
    expect(keysOf("notifications", "p")).toEqual([["notifications"]]);
    expect(keysOf("notifications", null)).toEqual([["notifications"]]);
    expect(keysOf("drawings", null)).toEqual([]);
  });
});
