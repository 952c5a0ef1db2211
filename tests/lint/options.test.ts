import { expect, it } from "vitest";
import {
  explain,
  type JUnitOptions,
  lint,
  loadState,
  renderExplanation,
  snapshot,
  toJUnit,
} from "../../bindings/inline.ts";
import { pod } from "../docs/objects.ts";

const state = loadState([pod("shop/web", { ips: ["10.0.0.1"] }), pod("shop/db", { ips: ["10.0.0.2"] })]);
const FLOW = { from: "shop/web", to: "shop/db", port: 80 };
const asked: Record<string, (options: object) => unknown> = {
  lint: (options) => lint(state, options),
  explain: (options) => explain(state, FLOW, options),
  renderExplanation: (options) => renderExplanation(explain(state, FLOW), options),
  snapshot: (options) => snapshot(state, options),
  toJUnit: (options) => toJUnit([], options as JUnitOptions),
};

it.each([
  ["lint", { supress: {} }, "`supress` is not an option; did you mean `suppress`?"],
  ["explain", { chnges: false }, "`chnges` is not an option; did you mean `changes`?"],
  ["explain", { all: true }, "`all` is not an option: there is changes"],
  ["lint", { suppress: 5 }, "`suppress` must map rules to reasons"],
  ["lint", { suppress: ["dns-cut"] }, "`suppress` must map rules to reasons"],
  ["lint", { suppress: new Map([["dns-cut", "why"]]) }, "`suppress` must map rules to reasons"],
  ["lint", { suppress: null }, "`suppress` must map rules to reasons"],
  ["lint", { suppress: { "dns-cut": " " } }, "`dns-cut` is suppressed without a reason"],
  ["lint", { suppress: { "dns-cut": 1 } }, "`dns-cut` is suppressed without a reason"],
  ["lint", [], "options must be an object"],
  ["explain", { changes: "no" }, "`changes` must be true or false"],
  ["renderExplanation", { strong: "bold" }, "`strong` must be a function"],
  ["snapshot", { explain: "yes" }, "`explain` must be true or false"],
  ["toJUnit", { failon: "error" }, "`failon` is not an option; did you mean `failOn`?"],
  ["toJUnit", { failOn: "eror" }, "`failOn` must be one of info, warning, error, never"],
])("%s refuses options that there are not: %o", (name, options, message) => {
  expect(() => asked[name]?.(options)).toThrowError(
    expect.objectContaining({ issues: [expect.objectContaining({ code: "invalid-option", message })] }),
  );
});
