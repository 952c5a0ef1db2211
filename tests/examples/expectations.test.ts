/** One file of expectations serves examples/deno-ci and examples/github-action: both read it alike. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ActionRunner } from "./action.ts";
import { DENO, DenoRunner } from "./deno.ts";
import { EXAMPLES } from "./example.ts";
import { describeWith, whyMissing } from "./needs.ts";
import { PACKING_MS } from "./packed.ts";

const web = "shop/storefront-7b6d5f4c9-9qvxn";
const catalog = "shop/catalog-84d6b9c7f-m2c8s";
const allow = { expect: "allow", from: web, to: catalog, port: 8080 };

/** Lines that have an answer, the one that is expected. */
const ANSWERED: readonly object[] = [
  allow,
  { ...allow, from: ` ${web} `, port: "8080" },
  { ...allow, from: `pod:${web}`, to: { pod: catalog }, port: "8080/TCP" },
  { ...allow, port: " http/tcp ", protocol: "tcp", family: "4" },
  { ...allow, port: "http", protocol: null, family: null, because: "null is not given" },
  { ...allow, from: `{"pod":"${web}"}`, family: 4 },
  { ...allow, from: "ip:10.244.0.20", to: { ip: "10.244.1.21" } },
  { expect: "allow", from: "shop/cart-6f5b8d9c74-hh7rk", to: "10.96.0.10", port: "53/UDP" },
  { expect: "deny", from: "node:node-c", to: "data/sessions-0", port: 6379 },
  { expect: "deny", from: { node: "node-c" }, to: "data/sessions-0", port: 6379 },
  { expect: "deny", from: web, to: "service:shop/catalog", port: 80 },
  { expect: "deny", from: web, to: { service: "shop/catalog" }, port: 80 },
  {
    expect: "undetermined",
    from: "workload:shop/CronJob/nightly-report",
    to: "shop/search-79c8f6d5b-zn4vq",
    port: "http",
  },
];

/** Lines that have none. */
const BROKEN: readonly (object | string)[] = [
  "[]",
  "{",
  "null",
  { ...allow, expect: "allowed" },
  { ...allow, expect: null },
  { ...allow, because: null },
  { ...allow, protcol: "UDP" },
  `{"expect":"allow","expect":"deny","from":"${web}","to":"${catalog}","port":8080}`,
  `{"expect":"allow","from":{"pod":"${web}","p\\u006fd":"${catalog}"},"to":"${catalog}","port":8080}`,
  { ...allow, from: `{"pod":"${web}","pod":"${catalog}"}` },
  { ...allow, from: null },
  { ...allow, from: 0 },
  { ...allow, from: true },
  { ...allow, from: [] },
  { ...allow, from: {} },
  { ...allow, from: "" },
  { ...allow, from: "{" },
  { ...allow, from: "svc:shop/catalog" },
  { ...allow, from: "shop/nobody" },
  { ...allow, from: "10.0.0.0/8" },
  { ...allow, to: "10.244.2.20:8080" },
  { ...allow, to: undefined },
  { ...allow, port: null },
  { ...allow, port: 0 },
  { ...allow, port: "" },
  { ...allow, port: "80/81" },
  { ...allow, port: [80] },
  { ...allow, port: "8080/TCP", protocol: "UDP" },
  { ...allow, protocol: "HTTP" },
  { ...allow, protocol: "" },
  { ...allow, family: "" },
  { ...allow, family: 5 },
  { ...allow, family: true },
];

const missing = whyMissing(process.execPath, [DENO]) ?? whyMissing("bash");
describeWith("deno and bash", missing, "a file of expectations", () => {
  let deno: DenoRunner;
  let action: ActionRunner;
  beforeAll(() => {
    deno = new DenoRunner("shop");
    action = new ActionRunner();
    cpSync(join(EXAMPLES, "shop", "manifests"), join(action.workspace, "shop", "manifests"), { recursive: true });
  }, PACKING_MS);
  afterAll(() => {
    deno?.remove();
    action?.remove();
  });

  function both(...lines: readonly (object | string)[]): { readonly status: number | null; readonly log: string }[] {
    const files = [deno, action].map((runner) => runner.write("lines.jsonl", ...lines));
    const { status, stdout } = deno.check("shop/manifests", files[0] ?? "", "--github");
    return [{ status, log: stdout }, action.run({ manifests: "shop/manifests", expectations: files[1] ?? "" })];
  }

  it("is answered by both alike, in every form that a flow has", () => {
    for (const { status, log } of both(...ANSWERED)) {
      expect(status, log).toBe(0);
      expect(log).toMatch(new RegExp(`^${ANSWERED.length} as expected, 0 not$`, "m"));
    }
  });

  it("is refused by both on the same lines", () => {
    for (const { status, log } of both(allow, ...BROKEN)) {
      expect(status, log).toBe(2);
      const told = [...log.matchAll(/^::error file=lines\.jsonl,line=(\d+)/gm)].map(([, line]) => Number(line));
      expect([...new Set(told)].sort((a, b) => a - b)).toEqual(BROKEN.map((_, at) => at + 2));
      expect(log).toMatch(/^1 as expected, 0 not/m);
    }
  });
});
