/** With `cni: "auto"` a state that was changed names the plugin that one loaded from the resulting objects does. */
import { describe, expect, it } from "vitest";
import { evaluate, lint, loadState, updateState } from "../../bindings/inline.ts";
import { internalsOf, type State } from "../../sdk/state.ts";
import { namespace, pod, policy } from "../docs/objects.ts";
import { makeRandom } from "../fuzz/random.ts";

interface Plain {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

const daemonSet = (name: string, image: string, args: readonly string[] = [], space = "kube-system"): Plain => ({
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { namespace: space, name },
  spec: { template: { metadata: { labels: { name } }, spec: { containers: [{ name: "main", image, args }] } } },
});
const podOf = (name: string, owner: string, image: string): Plain => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    namespace: "kube-system",
    name,
    ...(owner !== "" && { ownerReferences: [{ kind: "DaemonSet", name: owner, controller: true }] }),
  },
  spec: { hostNetwork: true, containers: [{ name: "main", image }] },
  status: { phase: "Running" },
});
const configMap = (name: string, data: object, space = "kube-system"): Plain => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { namespace: space, name },
  data,
});
const nodeWith = (annotations: object): Plain => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "n1", annotations },
});

const flannel = daemonSet("kube-flannel-ds", "flannel/flannel:v0.26.1", [], "kube-flannel");
const calico = daemonSet("calico-node", "calico/node:v3.30.0");
const router = (...args: string[]): Plain => daemonSet("kube-router", "cloudnativelabs/kube-router:v2.5.0", args);
const cilium = daemonSet("cilium", "quay.io/cilium/cilium:v1.18.0");

const SHOP: readonly object[] = [
  namespace("shop"),
  pod("shop/web", { labels: { app: "web" }, ips: ["10.0.0.1"] }),
  pod("shop/db", { labels: { app: "db" }, ips: ["10.0.0.2"] }),
  policy("shop/deny", { podSelector: {}, policyTypes: ["Ingress"] }),
];
const enforced = (state: State): string | undefined => {
  const { enforced } = evaluate(state, { from: "shop/web", to: "shop/db", port: 80 });
  return enforced && `${enforced.cni} ${enforced.verdict}`;
};
const auto = (...objects: object[]): State => loadState([...SHOP, ...objects], { cni: "auto" });
const remove = ({ kind, metadata: { namespace, name } }: Plain) => ({ kind, name, ...(namespace && { namespace }) });

describe("a state whose plugin was recognised", () => {
  it("names another one when that takes its place", () => {
    const state = auto(flannel);
    expect(enforced(state)).toBe("flannel allow");
    updateState(state, { remove: [remove(flannel)], upsert: [calico] });
    expect(enforced(state)).toBe("calico deny");
    expect(lint(state).map(({ id }) => id)).not.toContain("cni-ignored");
    updateState(state, { remove: [remove(calico)] });
    expect(enforced(state)).toBe("unrecognized unknown");
  });

  it("names one that was not there before", () => {
    const state = auto();
    updateState(state, { upsert: calico });
    expect(enforced(state)).toBe("calico deny");
  });

  it("goes by its switches as they are set now", () => {
    const state = auto(router());
    expect(enforced(state)).toBe("kube-router deny");
    updateState(state, { upsert: router("--run-firewall=false") });
    expect(enforced(state)).toBe("kube-router allow");
    const another = auto(cilium);
    expect(enforced(another)).toBe("cilium deny");
    updateState(another, { upsert: configMap("cilium-config", { "enable-policy": "never" }) });
    expect(enforced(another)).toBe("cilium allow");
    updateState(another, { remove: [{ kind: "ConfigMap", namespace: "kube-system", name: "cilium-config" }] });
    expect(enforced(another)).toBe("cilium deny");
  });

  it("is left alone by a change that fails", () => {
    const state = auto(flannel);
    const wrong = policy("shop/wrong", { podSelector: "all" });
    expect(() => updateState(state, { upsert: [calico, wrong], remove: [remove(flannel)] })).toThrow(/podSelector/);
    expect(enforced(state)).toBe("flannel allow");
  });

  it("keeps a plugin that was named", () => {
    const state = loadState([...SHOP, flannel], { cni: "calico" });
    updateState(state, { upsert: cilium, remove: [remove(flannel)] });
    expect(enforced(state)).toBe("calico deny");
  });
});

it("any sequence of changes ends as a load of what is left would begin", () => {
  const random = makeRandom(4711);
  const objects: readonly (readonly Plain[])[] = [
    [flannel, daemonSet("kube-flannel-ds", "flannel/flannel:v0.27.0", [], "kube-flannel")],
    [calico, daemonSet("calico-node", "calico/node:v3.31.0")],
    [router(), router("--run-firewall=false"), router("--run-firewall=true")],
    [cilium],
    [configMap("cilium-config", { "enable-policy": "never" }), configMap("cilium-config", { "enable-sctp": "true" })],
    [configMap("cilium-config", { "enable-policy": "never" }, "shop")],
    [podOf("weave-1", "weave-net", "weaveworks/weave-kube:2.8.1"), podOf("weave-1", "", "weaveworks/weave-kube:2.8.1")],
    [
      nodeWith({ "flannel.alpha.coreos.com/backend-type": "vxlan" }),
      nodeWith({ "k3s.io/node-args": '["server"]' }),
      nodeWith({}),
    ],
  ];
  const seen = new Set<string>();
  for (let round = 0; round < 40; round++) {
    const state = auto();
    const present = new Map<string, Plain>();
    for (let step = 0; step < 8; step++) {
      const versions = objects[random.below(objects.length)] ?? [];
      const one = versions[random.below(versions.length)];
      if (one === undefined) continue;
      const key = JSON.stringify(remove(one));
      const isGone = present.has(key) && random.below(3) === 0;
      if (isGone) present.delete(key);
      else present.set(key, one);
      updateState(state, isGone ? { remove: [remove(one)] } : { upsert: one });
      const fresh = auto(...present.values());
      const choices = internalsOf(state).enforcement?.choices;
      expect(choices).toEqual(internalsOf(fresh).enforcement?.choices);
      expect(enforced(state)).toBe(enforced(fresh));
      seen.add(enforced(fresh) ?? "");
    }
  }
  expect(seen.size).toBeGreaterThan(6);
});
