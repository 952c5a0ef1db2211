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

function draw({ title, valueLabel, format }: Picture, points: readonly Point[]): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const last = [...new Map(points.map((point) => [point.line, point])).values()];
  const svg = Plot.plot({
    document: document as unknown as NonNullable<Plot.PlotOptions["document"]>,
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 64,
    marginRight: NAME_ROOM,
    ariaLabel: title,
    style: { fontFamily: "system-ui, sans-serif", background: "white", color: "black" },
    x: { type: "log", label: "pods", ticks: [100, 1_000, 10_000, 100_000], tickFormat: "~s", grid: true },
    y: { type: "log", label: valueLabel, tickFormat: format, ticks: 6, grid: true },
    color: { scheme: "Tableau10" },
    marks: [
      Plot.line(points, { x: "pods", y: "value", stroke: "line", strokeWidth: 2 }),
      Plot.dot(points, { x: "pods", y: "value", fill: "line", r: 3 }),
      Plot.text(last, { x: "pods", y: "value", text: "line", fill: "line", textAnchor: "start", dx: 8 }),
    ],
  });
  const element = svg.tagName.toLowerCase() === "svg" ? svg : svg.querySelector("svg");
  element?.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return `${element?.outerHTML ?? ""}\n`;
}
