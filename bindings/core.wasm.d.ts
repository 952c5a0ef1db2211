/** What importing one of the package's `.wasm` files gives where the host or the bundler compiles it, as in workerd. */
declare const module: WebAssembly.Module;
export default module;
