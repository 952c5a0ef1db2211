/** What is drawn, from which results. */
export interface Line {
  readonly name: string;
  readonly group: string;
  readonly case: string;
  readonly against?: string;
}

export interface Picture {
  readonly file: string;
  readonly title: string;
  readonly valueLabel: string;
  /** How the values of the axis are written, as d3-format has it. */
  readonly format: string;
  /** A result's nanoseconds → what is drawn. */
  readonly valueOf: (nanoseconds: number) => number;
  readonly lines: readonly Line[];
}

const OURS = "Netverdict, batch";
const perSecond = (nanoseconds: number): number => 1e9 / nanoseconds;
const seconds = (nanoseconds: number): number => nanoseconds / 1e9;

export const LINES: readonly Picture[] = [
  {
    file: "flows-per-second.svg",
    title: "Flows answered per second",
    valueLabel: "flows per second",
    format: "~s",
    valueOf: perSecond,
    lines: [
      { name: "floor: three dependent loads", group: "batch", case: "floor" },
      { name: "Netverdict, batch", group: "batch", case: "by pod, uniform", against: "floor" },
      { name: "Netverdict, single calls", group: "single", case: "allows by index", against: "bare Map pair" },
      { name: "same design in JavaScript", group: "peers", case: "same design in JavaScript, batch", against: OURS },
      { name: "naive TypeScript", group: "peers", case: "naive TypeScript", against: OURS },
      { name: "kube-network-policies (Go)", group: "peers", case: "kube-network-policies", against: OURS },
      { name: "netpol-analyzer (Go)", group: "peers", case: "netpol-analyzer", against: OURS },
    ],
  },
  {
    file: "build-time.svg",
    title: "Time until the first answer",
    valueLabel: "seconds",
    format: "~s",
    valueOf: seconds,
    lines: [
      { name: "JSON.parse alone", group: "build", case: "JSON.parse" },
      { name: "Netverdict, from objects", group: "build", case: "loadState of objects", against: "JSON.parse" },
      { name: "of it in WebAssembly", group: "build", case: "Wasm build", against: "JSON.parse" },
      { name: "naive TypeScript", group: "peers", case: "naive TypeScript, build" },
      { name: "kube-network-policies (Go)", group: "peers", case: "kube-network-policies, build" },
      { name: "netpol-analyzer (Go)", group: "peers", case: "netpol-analyzer, build" },
    ],
  },
  {
    file: "growth.svg",
    title: "How the cost of each operation grows",
    valueLabel: "seconds",
    format: "~s",
    valueOf: seconds,
    lines: [
      { name: "a verdict, O(1)", group: "batch", case: "by pod, uniform", against: "floor" },
      {
        name: "a pod added, O(change)",
        group: "update",
        case: "add a pod of a known class, core",
        against: "bare Map pair",
      },
      { name: "a policy added, O(change)", group: "update", case: "add a policy", against: "full build" },
      { name: "class matrix, O(C²/64)", group: "matrix", case: "class matrix", against: "copy of its bits" },
      { name: "a full build, O(input)", group: "build", case: "loadState of objects", against: "JSON.parse" },
    ],
  },
];
