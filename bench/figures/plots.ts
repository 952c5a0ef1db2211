/** The plots of docs/performance, as SVG. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Report } from "../report.ts";
import { LINES, type Line, type Picture } from "./lines.ts";

interface Point {
  readonly pods: number;
  readonly value: number;
  readonly line: string;
}

const WIDTH = 760;
const HEIGHT = 420;
const MARGIN_TOP = 28;
const MARGIN_BOTTOM = 36;
const NAME_HEIGHT = 15;
/** Names stand at the ends of their lines. */
const NAME_ROOM = 230;

/** The file of a picture → its SVG. Pictures that a report has no figures for are left out. */
export function drawPictures(report: Report): Map<string, string> {
  const drawn = new Map<string, string>();
  for (const picture of LINES) {
    const points = picture.lines.flatMap((line) => pointsOf(report, picture, line));
    if (points.length > 0) drawn.set(picture.file, draw(picture, points));
  }
  return drawn;
}

function pointsOf(report: Report, picture: Picture, line: Line): Point[] {
  return report.results.flatMap((result) => {
    const { size } = result;
    const pods = size === undefined ? undefined : report.clusters[size]?.pods;
    if (pods === undefined || result.group !== line.group || result.case !== line.case) return [];
    if (result.against !== line.against) return [];
    return [{ pods, value: picture.valueOf(result.value.median), line: line.name }];
  });
}

function draw({ title, valueLabel, format, lines }: Picture, points: readonly Point[]): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const drawn = lines.map(({ name }) => name).filter((name) => points.some(({ line }) => line === name));
  const svg = Plot.plot({
    document: document as unknown as NonNullable<Plot.PlotOptions["document"]>,
    width: WIDTH,
    height: HEIGHT,
    marginTop: MARGIN_TOP,
    marginBottom: MARGIN_BOTTOM,
    marginLeft: 64,
    marginRight: NAME_ROOM,
    ariaLabel: title,
    style: { fontFamily: "system-ui, sans-serif", fontSize: "12px", background: "white", color: "black" },
    x: {
      type: "log",
      label: "pods",
      ticks: [...new Set(points.map(({ pods }) => pods))],
      tickFormat: "~s",
      grid: true,
    },
    y: { type: "log", label: valueLabel, tickFormat: format, ticks: 5, grid: true },
    color: { scheme: "Observable10", domain: drawn },
    marks: [
      Plot.line(points, { x: "pods", y: "value", stroke: "line", strokeWidth: 2 }),
      Plot.dot(points, { x: "pods", y: "value", fill: "line", r: 3 }),
      Plot.text(placeNames(points), { x: "pods", y: "value", text: "line", fill: "line", textAnchor: "start", dx: 8 }),
    ],
  });
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("role", "img");
  return `${svg.outerHTML}\n`;
}

/** Where the lines' names stand: at their last points, moved apart where they would cover one another. */
function placeNames(points: readonly Point[]): Point[] {
  const last = [...new Map(points.map((point) => [point.line, point])).values()].sort((a, b) => a.value - b.value);
  const logs = points.map(({ value }) => Math.log(value));
  const [lowest, highest] = [Math.min(...logs), Math.max(...logs)];
  const room = HEIGHT - MARGIN_TOP - MARGIN_BOTTOM;
  const apart = (NAME_HEIGHT / room) * (highest - lowest);
  // From below: each name at its point, or higher where the one below is in the way; then down again where that is too high.
  const places = last.map(({ value }) => Math.log(value));
  for (let i = 1; i < places.length; i++) places[i] = Math.max(places[i] ?? 0, (places[i - 1] ?? 0) + apart);
  let limit = highest;
  for (let i = places.length - 1; i >= 0; i--) {
    places[i] = Math.min(places[i] ?? 0, limit);
    limit = (places[i] ?? 0) - apart;
  }
  const right = Math.max(...points.map(({ pods }) => pods));
  return last.map(({ line }, i) => ({ pods: right, value: Math.exp(places[i] ?? 0), line }));
}
