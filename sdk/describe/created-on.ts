/** A timestamp as Go's `time.Time.String` writes it: in a time zone, with offset and abbreviation. */
import { ZONE_ABBREVIATIONS } from "./zone-abbreviations.ts";

/** What Go prints for no time at all. */
export const NO_TIME = "0001-01-01 00:00:00 +0000 UTC";

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,](\d{1,9})\d*)?(?:Z|[+-]\d\d:\d\d)$/;

/** A point in time, and the digits of its second's fraction, which `Date` would cut to three. */
export interface Instant {
  readonly milliseconds: number;
  readonly fraction: string;
}

/** Reads what the API calls a time: RFC 3339, or a `Date` as clients have it. Undefined for anything else. */
export function readInstant(written: unknown): Instant | undefined {
  const text = written instanceof Date && !Number.isNaN(written.getTime()) ? written.toISOString() : written;
  const match = typeof text === "string" ? RFC3339.exec(text) : null;
  if (match === null) return undefined;
  const fraction = match[1] ?? "";
  const whole = match[0].replace(/[.,]\d+/, "");
  const milliseconds = Date.parse(whole);
  if (Number.isNaN(milliseconds) || rollsOver(whole)) return undefined;
  return { milliseconds, fraction: fraction.replace(/0+$/, "") };
}

/** Whether the day is none of its month's: `Date.parse` would take it as one of the next. */
function rollsOver(text: string): boolean {
  const day = text.slice(0, 10);
  return !new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

/** Writes points in time as a wall clock shows them. */
export type Clock = (instant: Instant) => string;

/** @throws RangeError for a time zone that the runtime does not know. */
export function clockIn(timeZone: string): Clock {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    era: "short",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  return ({ milliseconds, fraction }) => {
    const parts = new Map(format.formatToParts(milliseconds).map(({ type, value }) => [type, value]));
    const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
    const [year, month, day] = [part("year").padStart(4, "0"), part("month"), part("day")];
    const [hour, minute, second] = [part("hour"), part("minute"), part("second")];
    const local = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    const offset = Math.trunc((local - milliseconds) / 60_000);
    const seconds = fraction === "" ? second : `${second}.${fraction}`;
    const name = abbreviationOf(timeZone, offset, milliseconds / 1000);
    return `${year}-${month}-${day} ${hour}:${minute}:${seconds} ${offsetText(offset, 4)} ${name}`;
  };
}

/** `+0530`; with two digits `+05`, and the minutes only where there are some, as zones without letters are called. */
function offsetText(minutes: number, digits: 2 | 4): string {
  const hours = String(Math.trunc(Math.abs(minutes) / 60)).padStart(2, "0");
  const rest = String(Math.abs(minutes) % 60).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${hours}${digits === 4 || rest !== "00" ? rest : ""}`;
}

/** What people call the offset in this zone at the time. The zone database has letters for some, for others the number. */
function abbreviationOf(timeZone: string, offset: number, seconds: number): string {
  const wanted = timeZone.toLowerCase();
  const [names] = ZONE_ABBREVIATIONS.find(([, zones]) => zones.toLowerCase().split(" ").includes(wanted)) ?? [""];
  for (const entry of names.split(" ")) {
    const [, minutes, name, until] = /^(-?\d+)=([^<]+)(?:<(\d+))?$/.exec(entry) ?? [];
    if (name === undefined || Number(minutes) !== offset) continue;
    if (until === undefined || seconds < Number(until)) return name;
  }
  return offsetText(offset, 2);
}
