import { describe, expect, it } from "vitest";
import { addSample, pagesDone, rate, rateWindow, type Sample, timeLeft, total } from "./progress.ts";

describe("total", () => {
  it("adds up the parts and never counts more than there is", () => {
    expect(
      total([
        { bytes: 100, sent: 50 },
        { bytes: 300, sent: 400 },
      ]),
    ).toEqual({ bytes: 400, sent: 350, share: 0.875 });
    expect(total([])).toEqual({ bytes: 0, sent: 0, share: 0 });
  });
});

describe("rate", () => {
  const steady = (seconds: number): Sample[] => {
    let samples: Sample[] = [];
    for (let second = 0; second <= seconds; second += 1)
      samples = addSample(samples, { at: second * 1000, sent: second * 2_000_000 });
    return samples;
  };

  it("is the mean of the last moments", () => {
    expect(rate(steady(4), 4000)).toBe(2_000_000);
  });

  it("keeps no more than the window", () => {
    const samples = steady(60);
    expect(samples[0]?.at).toBe(60_000 - rateWindow);
    expect(rate(samples, 60_000)).toBe(2_000_000);
  });

  it("falls when nothing comes any more, then is silent", () => {
    const samples = steady(4);
    expect(rate(samples, 8000)).toBe(1_000_000);
    expect(rate(samples, 60_000)).toBeNull();
  });

  it("says nothing from one sample", () => {
    expect(rate([{ at: 0, sent: 5 }], 100)).toBeNull();
    expect(rate([], 100)).toBeNull();
  });

  it("begins anew when the sum steps back", () => {
    expect(addSample(steady(3), { at: 4000, sent: 10 })).toEqual([{ at: 4000, sent: 10 }]);
  });
});

describe("timeLeft", () => {
  it("is what remains at this rate, or unknown", () => {
    expect(timeLeft({ bytes: 30, sent: 10, share: 1 / 3 }, 4)).toBe(5000);
    expect(timeLeft({ bytes: 30, sent: 10, share: 1 / 3 }, 0)).toBeNull();
    expect(timeLeft({ bytes: 30, sent: 10, share: 1 / 3 }, null)).toBeNull();
  });
});

describe("pagesDone", () => {
  it("adds up files whose pages are counted and those not yet", () => {
    expect(
      pagesDone([
        { pages: 12, pages_done: 7, pages_failed: 1 },
        { pages: null, pages_done: 0, pages_failed: 0 },
      ]),
    ).toEqual({ done: 7, failed: 1, pages: 12 });
  });
});
