/** What a binding brings: the compiled core, and how text is read. */
import type { TextReader } from "./read/index.ts";

export interface Runtime {
  readonly module: () => WebAssembly.Module;
  readonly readText: TextReader;
}
