/** The part of the WebAssembly API that engine.ts and memory.ts use: every runtime has it, the ES libraries do not declare it. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
    static imports(module: Module): readonly unknown[];
    static exports(module: Module): readonly { readonly name: string }[];
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, Memory>>);
    readonly exports: Record<string, unknown>;
  }
  class Memory {
    constructor(limits: { readonly initial: number; readonly maximum?: number; readonly shared?: true });
    /** An `ArrayBuffer`, unless the memory is shared. */
    readonly buffer: ArrayBufferLike;
    /** Adds pages of 65,536 bytes and gives their number before. */
    grow(pages: number): number;
  }
}
