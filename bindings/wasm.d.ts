/** A bundler's import of the core: its bytes, or in workerd the compiled module. */
declare module "*.wasm" {
  const core: Uint8Array<ArrayBuffer>;
  export default core;
}
