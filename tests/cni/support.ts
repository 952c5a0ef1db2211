/** A small cluster that CNI plugins disagree on, and what one of them will do with a flow. */
import { evaluate, loadState } from "../../bindings/inline.ts";
import type { CniEffect, CniTopic, Enforced } from "../../sdk/cni/types.ts";
import type { Decision, Flow, LoadOptions } from "../../sdk/types.ts";

export const pod = (
  name: string,
  ip: string,
  more: { spec?: object; owned?: boolean; labels?: object } = {},
): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    namespace: "shop",
    name,
    labels: more.labels ?? { app: name.replace(/-\d+$/, "") },
    ...(more.owned !== false && { ownerReferences: [{ kind: "ReplicaSet", name: `${name}-rs`, controller: true }] }),
  },
  spec: { nodeName: "n1", containers: [{ name: "c", ports: [{ name: "web", containerPort: 8080 }] }], ...more.spec },
  status: { podIPs: ip.split(",").map((one) => ({ ip: one })) },
});

export const policy = (spec: object, name = "db"): object => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { namespace: "shop", name },
  spec,
});

export const OBJECTS: readonly object[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
  {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "n1" },
    status: { addresses: [{ type: "InternalIP", address: "192.0.2.1" }] },
  },
  {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "n2" },
    status: { addresses: [{ type: "InternalIP", address: "192.0.2.2" }] },
  },
  pod("web-0", "10.0.0.1,2001:db8::1"),
  pod("db-0", "10.0.0.2,2001:db8::2"),
  pod("alone-0", "10.0.0.3", { owned: false }),
  pod("host-0", "192.0.2.2", { spec: { nodeName: "n2", hostNetwork: true } }),
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { namespace: "shop", name: "db" },
    spec: { clusterIP: "10.96.0.1", selector: { app: "db" }, ports: [{ port: 80, targetPort: 8080 }] },
  },
];

export interface Case {
  readonly cni: NonNullable<LoadOptions["cni"]>;
  readonly policies: readonly object[];
  readonly flow: Flow;
  /** What the policies mean, and what the plugin will do. */
  readonly verdict: Decision["verdict"];
  readonly enforced: Enforced["verdict"];
  /** The fact that says so. */
  readonly topic?: CniTopic;
  readonly effect?: CniEffect;
}

export function decide({ cni, policies, flow }: Pick<Case, "cni" | "policies" | "flow">): Decision {
  return evaluate(loadState([...OBJECTS, ...policies], { cni }), flow);
}
