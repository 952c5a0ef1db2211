import { describe, expect, it } from "vitest";
import { evaluate, type FlowEnd, loadSnapshot, loadState, NetverdictError, snapshot } from "../../bindings/inline.ts";
import { namespace, node, pod, service } from "./objects.ts";

const loaded = loadState([
  namespace("shop"),
  node("node-a", ["192.0.2.1"]),
  pod("shop/web-0", { ips: ["10.0.0.1"] }),
  pod("data/orders-0", { ips: ["10.0.0.2"] }),
  service("shop/catalog", { clusterIP: "10.96.0.1", ports: [{ port: 80 }] }),
]);

function said(state: typeof loaded, to: FlowEnd): string {
  try {
    evaluate(state, { from: "shop/web-0", to, port: 80 });
  } catch (error) {
    if (error instanceof NetverdictError) return error.issues[0]?.message ?? "";
  }
  throw new Error("there should be nothing of that name");
}

describe.each([
  ["a loaded state", loaded],
  ["a state from a snapshot", loadSnapshot(snapshot(loaded))],
])("%s", (_name, state) => {
  it.each<[string, FlowEnd, string]>([
    ["a pod", "shop/web0", "did you mean `shop/web-0`?"],
    ["a pod of another namespace", "shop/orders-0", "did you mean `data/orders-0`?"],
    ["a misspelt namespace", "dta/orders-0", "did you mean `data/orders-0`?"],
    ["a Service", { service: "shop/catalg" }, "did you mean `shop/catalog`?"],
    ["a node", { node: "nod-a" }, "did you mean `node-a`?"],
  ])("suggests %s that was probably meant", (_what, to, hint) => {
    expect(said(state, to)).toContain(hint);
  });

  it("suggests nothing for what is near to nothing", () => {
    expect(said(state, "elsewhere/something")).not.toContain("did you mean");
  });
});

it("suggests the first by name of what is equally near, in whatever order it was loaded", () => {
  const pods = [pod("shop/web-3"), pod("shop/web-0"), pod("shop/web-2"), pod("data/orders-0"), pod("back/orders-0")];
  for (const objects of [pods, [...pods].reverse()]) {
    const state = loadState(objects);
    expect(said(state, "shop/web-9")).toContain("did you mean `shop/web-0`?");
    expect(said(state, "shop/orders-0")).toContain("did you mean `back/orders-0`?");
  }
});
