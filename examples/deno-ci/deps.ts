/** The package, and its version, in one place. Deno takes it from `node_modules` where there is a package.json, else from its cache. */
export * from "npm:netverdict@^0.1.0";
