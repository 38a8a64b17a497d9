/** The arithmetic of an upload: totals, rate, time left. No network, no clock of its own. */

export interface Part {
  bytes: number;
  sent: number;
}

export interface Total {
  bytes: number;
  sent: number;
  /** 0 to 1; 0 when there is nothing to send yet. */
  share: number;
}

export function total(parts: readonly Part[]): Total {
  let bytes = 0;
  let sent = 0;
  for (const part of parts) {
    bytes += part.bytes;
    sent += Math.min(part.sent, part.bytes);
  }
  return { bytes, sent, share: bytes > 0 ? sent / bytes : 0 };
}

export interface Sample {
  at: number;
  sent: number;
}

/** How far back the rate looks: long enough not to jump, short enough to notice a lost line. */
export const rateWindow = 8_000;

export function addSample(samples: readonly Sample[], sample: Sample): Sample[] {
  // A step back means a file was taken out or began anew: what went before says nothing about now.
  const last = samples[samples.length - 1];
  const kept =
    last && sample.sent < last.sent ? [] : samples.filter((old) => sample.at - old.at <= rateWindow);
  return [...kept, sample];
}

/** Bytes per second over the window, or null before there is enough to say. */
export function rate(samples: readonly Sample[], now: number): number | null {
  const first = samples.find((sample) => now - sample.at <= rateWindow);
  const last = samples[samples.length - 1];
  if (!first || !last || now - first.at < 500) return null;
  return ((last.sent - first.sent) * 1000) / (now - first.at);
}

/** Milliseconds until done at this rate, or null when it stands still. */
export function timeLeft(whole: Total, bytesPerSecond: number | null): number | null {
  if (bytesPerSecond === null || bytesPerSecond <= 0) return null;
  return ((whole.bytes - whole.sent) / bytesPerSecond) * 1000;
}

/** Share of pages read, over all files of an upload; files whose pages are not counted yet weigh nothing. */
export function pagesDone(
  files: readonly { pages: number | null; pages_done: number; pages_failed: number }[],
): {
  done: number;
  failed: number;
  pages: number;
} {
  let done = 0;
  let failed = 0;
  let pages = 0;
  for (const file of files) {
    done += file.pages_done;
    failed += file.pages_failed;
    pages += file.pages ?? 0;
  }
  return { done, failed, pages };
}
