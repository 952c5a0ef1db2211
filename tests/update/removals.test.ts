import { describe, expect, it } from "vitest";
import { type Issue, loadState, NetverdictError, selectingPolicies, updateState } from "../../bindings/inline.ts";
import type { State } from "../../sdk/state.ts";
import { pod } from "../docs/objects.ts";
import { answerOf, summaryOf } from "./equal-state.ts";
import { closed, load, SHOP, TO_DB, WEB, web } from "./shop.ts";

function issuesOf(state: State, update: object): readonly Issue[] {
  try {
    updateState(state, update);
  } catch (error) {
    if (error instanceof NetverdictError) return error.issues;
    throw error;
  }
  throw new Error("the update was accepted");
}

describe("what can be removed", () => {
  it("one thing, as well as a list", () => {
    const state = load(closed);
    updateState(state, { remove: closed });
    updateState(state, { remove: WEB });
    expect(state.counts).toMatchObject({ pods: 1, networkPolicies: 0 });
    expect(issuesOf(state, { remove: WEB })[0]?.path).toEqual(["remove"]);
  });

  it("objects are their own references, and a missing namespace is the default one", () => {
    const state = loadState([SHOP, web, pod("default/lone")]);
    updateState(state, { remove: [web, { kind: "Pod", name: "lone", namespace: null }] } as object);
    expect(state.counts.pods).toBe(0);
  });

  it("policies that are not modelled, and objects that only count", () => {
    const cilium = {
      apiVersion: "cilium.io/v2",
      kind: "CiliumNetworkPolicy",
      metadata: { name: "c", namespace: "shop" },
    };
    const global = { apiVersion: "crd.projectcalico.org/v1", kind: "GlobalNetworkPolicy", metadata: { name: "g" } };
    const config = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m", namespace: "shop" } };
    const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "r" } };
    const all = [cilium, global, config, role];
    const state = load(...all);
    updateState(state, { upsert: all });
    expect(summaryOf(state)).toEqual(summaryOf(load(...all)));
    expect(answerOf(state, TO_DB)).toEqual(answerOf(load(...all), TO_DB));
    updateState(state, { remove: [{ kind: "CiliumNetworkPolicy", namespace: "shop", name: "c" }, role] });
    expect(answerOf(state, TO_DB)).toEqual(answerOf(load(global, config), TO_DB));
    expect(state.counts.skipped).toEqual({ ConfigMap: 1 });
    updateState(state, { remove: [{ kind: "GlobalNetworkPolicy", name: "g" }, config] });
    expect(summaryOf(state)).toEqual(summaryOf(load()));
  });

  it("a policy of another group by its API version", () => {
    const calico = {
      apiVersion: "projectcalico.org/v3",
      kind: "NetworkPolicy",
      metadata: { name: "closed", namespace: "shop" },
    };
    const state = load(closed, calico);
    updateState(state, { remove: [calico] });
    expect(summaryOf(state)).toEqual(summaryOf(load(closed)));
    updateState(state, { remove: [{ kind: "NetworkPolicy", namespace: "shop", name: "closed" }] });
    expect(summaryOf(state)).toEqual(summaryOf(load()));
  });

  it("objects of one name and of other groups, each by its API version, or all of them without", () => {
    const of = (apiVersion: string, kind = "NetworkPolicy"): object => ({
      apiVersion,
      kind,
      metadata: { name: "x", namespace: "shop" },
    });
    const [calico, antrea] = [of("projectcalico.org/v3"), of("crd.antrea.io/v1beta1")];
    const expectSame = (state: State, ...objects: object[]): void => {
      expect(summaryOf(state)).toEqual(summaryOf(load(...objects)));
      expect(answerOf(state, TO_DB)).toEqual(answerOf(load(...objects), TO_DB));
    };
    const state = load(calico);
    expect(issuesOf(state, { remove: [antrea] })[0]?.code).toBe("unknown-object");
    updateState(state, { upsert: [antrea] });
    expectSame(state, calico, antrea);
    updateState(state, { upsert: [of("projectcalico.org/v4")] });
    expectSame(state, calico, antrea);
    updateState(state, { remove: [antrea] });
    expectSame(state, calico);
    const [one, other] = [of("x.io/v1", "Foo"), of("y.io/v1", "Foo")];
    updateState(state, { upsert: [one, other] });
    updateState(state, { upsert: [one] });
    expectSame(state, calico, one, other);
    updateState(state, { remove: [{ kind: "Foo", namespace: "shop", name: "x" }] });
    expectSame(state, calico);
  });
});

it("a policy without rules that was changed or taken away selects nobody any more", () => {
  const empty = (priority: number) => ({
    apiVersion: "policy.networking.k8s.io/v1alpha1",
    kind: "AdminNetworkPolicy",
    metadata: { name: "empty" },
    spec: { priority, subject: { namespaces: {} } },
  });
  const state = loadState([{ apiVersion: "v1", kind: "Pod", metadata: { namespace: "shop", name: "web" } }, empty(5)]);
  const names = () => selectingPolicies(state, "shop/web").map(({ policy }) => policy.name);
  expect(names()).toEqual(["empty"]);
  updateState(state, { upsert: empty(6) });
  expect(names()).toEqual(["empty"]);
  updateState(state, { remove: { kind: "AdminNetworkPolicy", name: "empty" } });
  expect(names()).toEqual([]);
});
