import type * as Netverdict from "../../bindings/inline.ts";
import type { Vector } from "./vectors.ts";

export function runVectors(api: typeof Netverdict, vectors: readonly Vector[]): { answers: number; hash: string };
