/** What a binding brings: the compiled core, and how text is read. */
import type { TextReader } from "./read/index.ts";

export interface Runtime {
  readonly module: () => WebAssembly.Module;
  readonly readText: TextReader;
}

/** What a binding brings to those who look into policies: the core that builds, and the one that looks into what it built. */
export interface Inspection {
  readonly core: () => WebAssembly.Module;
  readonly inspect: () => WebAssembly.Module;
}
