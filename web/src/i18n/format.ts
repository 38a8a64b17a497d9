/** Numbers, sizes and times as the reader writes them. Stored values never change. */
import { formatLocale } from "./index.ts";

const cache = new Map<string, Intl.DateTimeFormat>();

function dateFormat(key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  let format = cache.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(formatLocale(), options);
    cache.set(key, format);
  }
  return format;
}

/** `2026-11-22` → `22 Nov 2026`. A date has no zone, so it is read and written as UTC. */
export function formatDate(date: string | null | undefined): string {
  if (!date) return "";
  const value = new Date(date.length === 10 ? `${date}T00:00:00Z` : date);
  if (Number.isNaN(value.getTime())) return date;
  const utc: Intl.DateTimeFormatOptions = date.length === 10 ? { timeZone: "UTC" } : {};
  return dateFormat(`d${date.length === 10}`, {
    day: "numeric",
    month: "short",
    year: "numeric",
    ...utc,
  }).format(value);
}

/** `22 Nov 14:05`, with the year when it is not this one. */
export function formatInstant(instant: string | null | undefined): string {
  if (!instant) return "";
  const value = new Date(instant);
  if (Number.isNaN(value.getTime())) return instant;
  const thisYear = value.getFullYear() === new Date().getFullYear();
  return dateFormat(`i${thisYear}`, {
    day: "numeric",
    month: "short",
    ...(thisYear ? {} : { year: "numeric" }),
    hour: "2-digit",
    minute: "2-digit",
  }).format(value);
}

let relative: Intl.RelativeTimeFormat | null = null;

/** `3 minutes ago`; older than a week becomes the date. */
export function formatAgo(instant: string | null | undefined, now: number = Date.now()): string {
  if (!instant) return "";
  const value = new Date(instant).getTime();
  const seconds = Math.round((value - now) / 1000);
  const size = Math.abs(seconds);
  if (size > 7 * 86_400) return formatDate(instant);
  relative ??= new Intl.RelativeTimeFormat(formatLocale(), { numeric: "auto" });
  if (size < 60) return relative.format(Math.trunc(seconds), "second");
  if (size < 3600) return relative.format(Math.trunc(seconds / 60), "minute");
  if (size < 86_400) return relative.format(Math.trunc(seconds / 3600), "hour");
  return relative.format(Math.trunc(seconds / 86_400), "day");
}

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(formatLocale()).format(value);
}

const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return new Intl.NumberFormat(formatLocale(), {
    style: "unit",
    unit: units[unit] ?? "byte",
    unitDisplay: unit === 0 ? "long" : "short",
    maximumFractionDigits: value < 10 && unit > 1 ? 1 : 0,
  }).format(value);
}

/** A duration for people: `840 ms`, `2.4 s`, `3 min`. */
export function formatDuration(milliseconds: number): string {
  const [value, unit] =
    milliseconds < 1000
      ? [milliseconds, "millisecond"]
      : milliseconds < 90_000
        ? [milliseconds / 1000, "second"]
        : milliseconds < 5_400_000
          ? [milliseconds / 60_000, "minute"]
          : [milliseconds / 3_600_000, "hour"];
  return new Intl.NumberFormat(formatLocale(), {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: value < 10 && unit !== "millisecond" ? 1 : 0,
  }).format(value);
}

/** Time that runs out, as a clock shows it: `4:32`. */
export function formatCountdown(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Today in the reader's calendar as YYYY-MM-DD. */
export function today(): string {
  const now = new Date();
  const two = (n: number) => String(n).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
