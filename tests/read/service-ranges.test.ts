/** Where Services get their addresses from: read for lint, and kept through updates and snapshots. */
import { describe, expect, it } from "vitest";
import { lint, loadSnapshot, loadState, NetverdictError, snapshot, updateState } from "../../bindings/inline.ts";
import { fullOf, internalsOf, type State } from "../../sdk/state.ts";
import { namespace, pod, policy } from "../docs/objects.ts";

const serviceCIDR = (cidrs: unknown): object => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "ServiceCIDR",
  metadata: { name: "kubernetes" },
  spec: { cidrs },
});

const apiServer = (...command: unknown[]): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { namespace: "kube-system", name: "kube-apiserver-n1" },
  spec: { hostNetwork: true, containers: [{ name: "kube-apiserver", command }] },
});

const toServices = policy("shop/egress", {
  podSelector: {},
  policyTypes: ["Egress"],
  egress: [{ to: [{ ipBlock: { cidr: "10.96.0.0/16" } }] }],
});
const shop = [namespace("shop"), pod("shop/web"), toServices];

const rangesOf = (...objects: object[]): readonly string[] => {
  const { serviceRanges, pods } = fullOf(internalsOf(loadState(objects))).objects;
  return [...serviceRanges.values(), ...pods.map((one) => one.serviceRanges ?? [])].flat();
};

const findings = (state: State): number => lint(state).filter(({ id }) => id === "block-of-service").length;

describe("ranges of Services", () => {
  it("are those of ServiceCIDRs, and of the API server's command line", () => {
    expect(rangesOf(serviceCIDR(["10.96.0.0/12", "fd00::/108"]))).toEqual(["10.96.0.0/12", "fd00::/108"]);
    expect(rangesOf(apiServer("kube-apiserver", "--service-cluster-ip-range=10.96.0.0/12,fd00::/108"))).toEqual([
      "10.96.0.0/12",
      "fd00::/108",
    ]);
    expect(rangesOf(apiServer("--service-cluster-ip-range", 7, null, "--service-cluster-ip-range=,x"))).toEqual([]);
    expect(rangesOf({ ...serviceCIDR(["10.96.0.0/12"]), apiVersion: "example.com/v1" })).toEqual([]);
  });

  it("that are malformed are refused, with the place", () => {
    const issuesOf = (cidrs: unknown): unknown => {
      try {
        loadState([serviceCIDR(cidrs)]);
      } catch (error) {
        if (error instanceof NetverdictError) return error.issues.map(({ code, path }) => `${code} ${path.join(".")}`);
      }
      return [];
    };
    expect(issuesOf(["10.96.0.0/12", "10.96.0.0"])).toEqual(["invalid-cidr spec.cidrs.1"]);
    expect(issuesOf("10.96.0.0/12")).toEqual(["invalid-type spec.cidrs"]);
    expect(issuesOf([{}])).toEqual(["invalid-type spec.cidrs.0"]);
  });

  it("stay through updates and snapshots, and end with their objects", () => {
    for (const object of [serviceCIDR(["10.96.0.0/12"]), apiServer("--service-cluster-ip-range=10.96.0.0/12")]) {
      const state = loadState(shop);
      expect(findings(state)).toBe(0);
      updateState(state, { upsert: object });
      expect(findings(state)).toBe(1);
      expect(findings(loadSnapshot(snapshot(state, { explain: true })))).toBe(1);
      updateState(state, { remove: object });
      expect(findings(state)).toBe(0);
    }
  });
});
