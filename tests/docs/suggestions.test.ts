import { describe, expect, it } from "vitest";
import { evaluate, type FlowEnd, loadSnapshot, loadState, NetverdictError, snapshot } from "../../bindings/inline.ts";
import { namespace, node, pod, service } from "./objects.ts";

const loaded = loadState([
  namespace("shop"),
  node("node-a", ["192.0.2.1"]),
  pod("shop/web-0", { ips: ["10.0.0.1"] }),
  pod("data/orders-0", { ips: ["10.0.0.2"] }),
  pod("shop/storefront-7b6d5f4c9-tj5hd"),
  pod("shop/storefront-7b6d5f4c9-9qvxn"),
  pod("shop/api-4hnpx"),
  {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { namespace: "shop", name: "report" },
    spec: { schedule: "@daily", jobTemplate: { spec: { template: { spec: { containers: [] } } } } },
  },
  service("shop/catalog", { clusterIP: "10.96.0.1", ports: [{ port: 80 }] }),
]);

function said(state: typeof loaded, to: FlowEnd, port: number | string = 80): string {
  try {
    evaluate(state, { from: "shop/web-0", to, port });
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

  it.each<[string, FlowEnd, string]>([
    ["a pod of a Deployment, by an ordinal", "shop/storefrnt-0", "`shop/storefront-7b6d5f4c9-9qvxn`"],
    ["one that is gone", "shop/storefront-5c8d7b6f4-x2k9z", "`shop/storefront-7b6d5f4c9-9qvxn`"],
    ["a pod that no workload was loaded for", "shop/storefrnt", "`shop/storefront-7b6d5f4c9-9qvxn`"],
    ["a pod of a StatefulSet without its ordinal", "data/order", "`data/orders-0`"],
    ["a workload", "shop/reprot", '{ workload: "shop/CronJob/report" }'],
    [
      "a workload without pods, by the name of one",
      "shop/reprot-28912345-w8zrp",
      '{ workload: "shop/CronJob/report" }',
    ],
    ["a workload of another namespace", "data/report", '{ workload: "shop/CronJob/report" }'],
    ["a workload of a misspelt namespace", "shp/report", '{ workload: "shop/CronJob/report" }'],
  ])("finds %s behind the name that its controller gives", (_what, to, meant) => {
    expect(said(state, to)).toContain(`; did you mean ${meant}?`);
  });

  it.each(["shop/storm-0", "shop/back-0", "shop/agt-0", "shop/x", "data/storefrnt-0", "shop/7b6d5f4c9-9qvxn"])(
    "suggests nothing for %s, which is near to nothing",
    (to) => {
      expect(said(state, to)).not.toContain("did you mean");
    },
  );

  it.each([
    ["workload:shop/CronJob/report", '{ workload: "shop/CronJob/report" }'],
    ["service:shop/catalog", '{ service: "shop/catalog" }'],
    ["node:node-a", '{ node: "node-a" }'],
    ["pod:shop/web-0", '{ pod: "shop/web-0" }'],
    ["ip:10.0.0.2", '{ ip: "10.0.0.2" }'],
  ])("names the form that stands for the command's %s", (to, form) => {
    expect(said(state, to)).toBe(`\`${to}\` is how the command writes an end: give \`${form}\``);
  });

  it.each<[string, FlowEnd]>([
    ["a pod", "data/orders-0"],
    ["a Service", { service: "shop/catalog" }],
    ["an address", "203.0.113.9"],
  ])("says of a number in quotes, for the port of %s, that it is a name", (_what, to) => {
    expect(said(state, to, "80")).toMatch(/: give a number as a number$/);
    expect(said(state, to, "www")).not.toMatch(/as a number$/);
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
