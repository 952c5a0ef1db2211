/**
 * Writes sdk/describe/zone-abbreviations.ts from the system's time zone database (TZif files, RFC 9636): what each zone's
 * offsets are called, where they have letters, since Kubernetes began. JavaScript's own time zones do not say.
 *
 *   node tools/zone-abbreviations.mjs [/usr/share/zoneinfo]
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = process.argv[2] ?? "/usr/share/zoneinfo";
const TARGET = new URL("../sdk/describe/zone-abbreviations.ts", import.meta.url);
/** No object of a cluster is older. */
const SINCE = Date.UTC(2014, 5, 1) / 1000;
const MAGIC = 0x545a6966;

/** Offsets in seconds with their names, each with when it began, in order. */
function readZone(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const countsAt = (start) => [20, 24, 28, 32, 36, 40].map((offset) => view.getUint32(start + offset));
  const [utc, standard, leaps, times, types, letters] = countsAt(0);
  const start = 44 + times * 5 + types * 6 + letters + leaps * 8 + standard + utc;
  const [, , , count, typeCount] = countsAt(start);
  const indices = start + 44 + count * 8;
  const infos = indices + count;
  const names = infos + typeCount * 6;
  const typeAt = (index) => {
    const name = names + bytes[infos + index * 6 + 5];
    return {
      offset: view.getInt32(infos + index * 6),
      name: bytes.subarray(name, bytes.indexOf(0, name)).toString("latin1"),
    };
  };
  const periods = [{ since: Number.NEGATIVE_INFINITY, ...typeAt(0) }];
  for (let i = 0; i < count; i++) {
    periods.push({ since: Number(view.getBigInt64(start + 44 + i * 8)), ...typeAt(bytes[indices + i]) });
  }
  return periods;
}

/** `offset=NAME` for each offset; `<seconds` where it had another name from then on. Nothing where no name has letters. */
function namesOf(periods) {
  const first = periods.findLastIndex(({ since }) => since <= SINCE);
  const entries = [];
  for (const { since, offset, name } of periods.slice(first)) {
    const minutes = offset / 60;
    const last = entries.findLast((entry) => entry.minutes === minutes);
    if (last?.name === name) continue;
    if (last !== undefined) last.until = since;
    entries.push({ minutes, name });
  }
  if (!entries.some(({ name }) => /[A-Za-z]/.test(name))) return "";
  return entries
    .map(({ minutes, name, until }) => `${minutes}=${name}${until === undefined ? "" : `<${until}`}`)
    .join(" ");
}

function zonesUnder(folder) {
  return readdirSync(join(ROOT, folder)).flatMap((entry) => {
    const zone = folder === "" ? entry : `${folder}/${entry}`;
    if (/^(posix|right|posixrules|localtime)\b/.test(zone)) return [];
    if (statSync(join(ROOT, zone)).isDirectory()) return zonesUnder(zone);
    const bytes = readFileSync(join(ROOT, zone));
    return bytes.length > 44 && bytes.readUInt32BE(0) === MAGIC ? [[zone, namesOf(readZone(bytes))]] : [];
  });
}

const groups = new Map();
for (const [zone, names] of zonesUnder("")) {
  if (names !== "") groups.set(names, [...(groups.get(names) ?? []), zone]);
}
const rows = [...groups]
  .map(([names, zones]) => [names, zones.sort().join(" ")])
  .sort(([, a], [, b]) => (a < b ? -1 : 1));

writeFileSync(
  TARGET,
  `/**
 * Written by tools/zone-abbreviations.mjs from the IANA time zone database: per group of zones its offsets in minutes with
 * their letters (\`<\` and a time in seconds: until then), and the zones. Zones that are missing call their offsets by numbers.
 */
export const ZONE_ABBREVIATIONS: readonly (readonly [names: string, zones: string])[] = [
${rows.map(([names, zones]) => `  [${JSON.stringify(names)}, ${JSON.stringify(zones)}],`).join("\n")}
];
`,
);
