/** A bundler's import of the core: its bytes in base64, or in workerd the compiled module. */
declare module "*.wasm" {
  const core: string;
  export default core;
}
