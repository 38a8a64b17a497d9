/** Numbers, sizes and times as the reader writes them. Stored values never change. */
import type { DateFormat } from "../api/types.ts";
import { dateOrder, formatLocale, timeZone } from "./index.ts";

const cache = new Map<string, Intl.DateTimeFormat>();

/** A format of the reader's language and zone; building one takes as long as using it a thousand times. */
function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const zone = timeZone();
  const locale = formatLocale();
  const key = `${locale} ${zone ?? ""} ${JSON.stringify(options)}`;
  let format = cache.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, zone ? { timeZone: zone, ...options } : options);
    cache.set(key, format);
  }
  return format;
}

/** `2026-11-22` → `22 Nov 2026`. A date has no zone, so it is read and written as UTC. */
export function formatDate(date: string | null | undefined): string {
  if (!date) return "";
  const value = new Date(date.length === 10 ? `${date}T00:00:00Z` : date);
  if (Number.isNaN(value.getTime())) return date;
  return ordered(value, date.length === 10 ? { ...wholeDate, timeZone: "UTC" } : wholeDate);
}

const wholeDate: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", year: "numeric" };

/** The last day of this year with its parts in an order, for who chooses one. */
export const dateExample = (order: DateFormat): string =>
  ordered(new Date(Date.UTC(new Date().getUTCFullYear(), 11, 31)), { ...wholeDate, timeZone: "UTC" }, order);

/** Day, month and year as a format writes them; empty where it has none. */
function parts(value: Date, options: Intl.DateTimeFormatOptions): string[] {
  const all = dateFormat(options).formatToParts(value);
  return ["day", "month", "year"].map((type) => all.find((one) => one.type === type)?.value ?? "");
}

/** `2026-11-22`, in the zone of a format. */
function numbers(value: Date, { timeZone }: Intl.DateTimeFormatOptions): string {
  const digits = { year: "numeric", month: "2-digit", day: "2-digit", numberingSystem: "latn" } as const;
  const [day, month, year] = parts(value, timeZone ? { ...digits, timeZone } : digits);
  return `${year}-${month}-${day}`;
}

/** A date with its parts in the order the person chose, else as their language has them. */
function ordered(value: Date, options: Intl.DateTimeFormatOptions, order = dateOrder()): string {
  if (!order) return dateFormat(options).format(value);
  if (order === "year_month_day") return numbers(value, options);
  const [day, month, year] = parts(value, options);
  if (order === "day_month_year") return `${day} ${month} ${year}`.trim();
  return year ? `${month} ${day}, ${year}` : `${month} ${day}`;
}

/** `22 Nov 14:05`, with the year when it is not this one. */
export function formatInstant(instant: string | null | undefined): string {
  if (!instant) return "";
  const value = new Date(instant);
  if (Number.isNaN(value.getTime())) return instant;
  const year = dateFormat({ year: "numeric" });
  const thisYear = year.format(value) === year.format(new Date());
  const day: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };
  const time: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
  if (!thisYear) day.year = "numeric";
  if (!dateOrder()) return dateFormat({ ...day, ...time }).format(value);
  return `${ordered(value, day)}, ${dateFormat(time).format(value)}`;
}

/** `3 minutes ago`; older than a week becomes the date. */
export function formatAgo(instant: string | null | undefined, now: number = Date.now()): string {
  if (!instant) return "";
  const value = new Date(instant).getTime();
  const seconds = Math.round((value - now) / 1000);
  const size = Math.abs(seconds);
  if (size > 7 * 86_400) return formatDate(instant);
  const relative = new Intl.RelativeTimeFormat(formatLocale(), { numeric: "auto" });
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

/** The zone this browser is in. */
export const browserZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Today in a zone, else in the reader's, as YYYY-MM-DD. */
export function today(zone: string | undefined = timeZone(), now: Date = new Date()): string {
  return numbers(now, zone ? { timeZone: zone } : {});
}
