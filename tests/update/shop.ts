/** A small cluster to update. */
import { loadState } from "../../bindings/inline.ts";
import type { State } from "../../sdk/state.ts";
import { namespace, pod, policy } from "../docs/objects.ts";

export const SHOP: object = namespace("shop");
export const web: object = pod("shop/web", { labels: { app: "web" }, ips: ["10.0.0.1"] });
export const db: object = pod("shop/db", { labels: { app: "db" }, ips: ["10.0.0.2"] });
export const closed: object = policy("shop/closed", { podSelector: {}, policyTypes: ["Ingress"] });
export const WEB = { kind: "Pod", namespace: "shop", name: "web" } as const;
export const TO_DB = { from: "shop/web", to: "shop/db", port: 80 } as const;

export const load = (...objects: object[]): State => loadState([SHOP, web, db, ...objects]);
