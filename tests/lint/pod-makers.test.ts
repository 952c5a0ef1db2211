/** What makes pods in ways that are not read keeps lint from telling of labels that none has, in its namespace alone. */
import { describe, expect, it } from "vitest";
import { lint, loadSnapshot, loadState, type State, snapshot, updateState } from "../../bindings/inline.ts";
import { policy } from "../docs/objects.ts";
import { CLUSTER, select } from "./cases/cluster.ts";

const maker = (apiVersion: string, kind: string, namespace = "shop"): object => ({
  apiVersion,
  kind,
  metadata: { namespace, name: "api" },
  spec: {},
});
const forPods = policy("shop/p", { podSelector: select({ app: "api" }), ingress: [] });
const isTold = (state: State): boolean => lint(state).some(({ id }) => id === "selects-nothing");
const told = (...objects: object[]): boolean => isTold(loadState([...CLUSTER, forPods, ...objects]));

describe("objects that make pods in ways that are not read", () => {
  it.each([
    ["argoproj.io/v1alpha1", "Rollout"],
    ["apps.openshift.io/v1", "DeploymentConfig"],
    ["postgresql.cnpg.io/v1", "Cluster"],
    ["monitoring.coreos.com/v1", "Prometheus"],
    ["serving.knative.dev/v1", "Service"],
    ["helm.toolkit.fluxcd.io/v2", "HelmRelease"],
  ])("are those of %s, %s", (apiVersion, kind) => {
    expect(told()).toBe(true);
    expect(told(maker(apiVersion, kind))).toBe(false);
    expect(told(maker(apiVersion, kind, "ops"))).toBe(true);
  });

  it("are none of other groups", () => {
    expect(told(maker("cluster.x-k8s.io/v1beta1", "Cluster"))).toBe(true);
    expect(told(maker("monitoring.coreos.com/v1", "ServiceMonitor"))).toBe(true);
    expect(told(maker("constructor", "Cluster"))).toBe(true);
  });

  it("follow updates, and go with a snapshot", () => {
    const state = loadState([...CLUSTER, forPods]);
    updateState(state, { upsert: maker("argoproj.io/v1alpha1", "Rollout") });
    expect(isTold(state)).toBe(false);
    expect(isTold(loadSnapshot(snapshot(state, { explain: true })))).toBe(false);
    updateState(state, { remove: [{ kind: "Rollout", namespace: "shop", name: "api" }] });
    expect(isTold(state)).toBe(true);
    expect(isTold(loadSnapshot(snapshot(state, { explain: true })))).toBe(true);
  });
});
