/** The small cluster that the rules' cases are about, and what a case is. */
import type { LoadOptions } from "../../../bindings/inline.ts";
import { namespace, pod, policy } from "../../docs/objects.ts";

export const SHOP: object = namespace("shop", { team: "shop" });
export const OPS: object = namespace("ops", { team: "ops" });
export const web: object = pod("shop/web", {
  labels: { app: "web" },
  ips: ["10.0.0.1"],
  ports: [{ name: "http", containerPort: 8080 }],
});
export const db: object = pod("shop/db", {
  labels: { app: "db" },
  ips: ["10.0.0.2"],
  ports: [{ name: "sql", containerPort: 5432 }],
});
export const probe: object = pod("ops/probe", { labels: { app: "probe" }, ips: ["10.0.1.1"] });
export const dns: object = pod("kube-system/dns", { labels: { "k8s-app": "kube-dns" }, ips: ["10.0.2.1"] });
export const select = (labels: object): object => ({ matchLabels: labels });
/** A workload for the database's pods that is scaled to zero, with a port of that name. */
export const atZero = (name: string): object => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { namespace: "shop", name: "zero" },
  spec: {
    replicas: 0,
    template: {
      metadata: { labels: { app: "db" } },
      spec: { containers: [{ name: "main", ports: [{ name, containerPort: 9000 }] }] },
    },
  },
});
export const CLUSTER: readonly object[] = [SHOP, OPS, namespace("kube-system"), web, db, probe];

export const ingress = (spec: object, rule: object): object => policy("shop/p", { ...spec, ingress: [rule] });
export const toDb = (rule: object): object => ingress({ podSelector: select({ app: "db" }) }, rule);
export const egress = (rule: object): object =>
  policy("shop/p", { podSelector: select({ app: "web" }), policyTypes: ["Egress"], egress: [rule] });
export const peer = (...peers: object[]): object => toDb({ from: peers });
export interface Case {
  /** Objects beside the cluster's that the rule speaks of, and what it says. */
  readonly fires: readonly object[];
  readonly says: RegExp;
  readonly silent: readonly (readonly object[])[];
  /** Of both. */
  readonly options?: LoadOptions;
}

export type Cases = Readonly<Record<string, Case>>;

/** More cases of one rule, each by what it is about. */
export interface MoreCases {
  readonly silent?: Readonly<Record<string, readonly object[]>>;
  /** Each with what it says. */
  readonly fires?: Readonly<Record<string, readonly [objects: readonly object[], says: RegExp]>>;
}
