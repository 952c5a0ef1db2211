import { expect, it } from "vitest";
import { explain, type JUnitOptions, lint, loadState, toJUnit } from "../../bindings/inline.ts";
import { pod } from "../docs/objects.ts";

const state = loadState([pod("shop/web", { ips: ["10.0.0.1"] }), pod("shop/db", { ips: ["10.0.0.2"] })]);
const asked: Record<string, (options: object) => unknown> = {
  lint: (options) => lint(state, options),
  explain: (options) => explain(state, { from: "shop/web", to: "shop/db", port: 80 }, options),
  toJUnit: (options) => toJUnit([], options as JUnitOptions),
};

it.each([
  ["lint", { supress: {} }, "`supress` is not an option; did you mean `suppress`?"],
  ["explain", { chnges: false }, "`chnges` is not an option; did you mean `changes`?"],
  ["explain", { all: true }, "`all` is not an option: there is changes"],
  ["toJUnit", { failon: "error" }, "`failon` is not an option; did you mean `failOn`?"],
  ["toJUnit", { failOn: "eror" }, "`failOn` must be one of info, warning, error, never"],
])("%s refuses options that there are not: %o", (name, options, message) => {
  expect(() => asked[name]?.(options)).toThrowError(
    expect.objectContaining({ issues: [expect.objectContaining({ code: "invalid-option", message })] }),
  );
});
