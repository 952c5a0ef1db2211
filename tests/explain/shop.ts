/** A small cluster to explain: a web server, an API and a database, and what is suggested for a flow between them. */
import { expect } from "vitest";
import { explain, loadState } from "../../bindings/inline.ts";
import type { Labels } from "../../sdk/read/objects.ts";
import type { Flow } from "../../sdk/types.ts";
import * as objects from "../docs/objects.ts";
import type { PlainObject } from "../reference/objects.ts";

/** A pod of the namespace `shop`. */
export const pod = (name: string, ip: string, labels: Labels = { app: name.split("-")[0] ?? "" }): PlainObject =>
  objects.pod(`shop/${name}`, { labels, ips: [ip] }) as PlainObject;

/** A NetworkPolicy of the namespace `shop`. */
export const policy = (name: string, spec: object): PlainObject => objects.policy(`shop/${name}`, spec) as PlainObject;

export const DB: { readonly podSelector: object } = { podSelector: { matchLabels: { app: "db" } } };

export const pods: readonly PlainObject[] = [
  pod("web-0", "10.0.0.1"),
  pod("api-0", "10.0.0.2"),
  pod("db-0", "10.0.0.3"),
];

export const flow: { readonly from: string; readonly to: string; readonly port: number } = {
  from: "shop/web-0",
  to: "shop/db-0",
  port: 5432,
};

/** What is suggested, and the rules that a changed policy then has. */
export function suggested(loaded: readonly object[], asked: Flow = flow): [string, unknown][] {
  return explain(loadState(loaded), asked).changes.map(({ message, apply, remove }) => {
    expect(apply.length + remove.length).toBeGreaterThan(0);
    const [first] = apply as { spec: { ingress?: unknown; egress?: unknown } }[];
    return [message, first?.spec.ingress ?? first?.spec.egress];
  });
}

/** The rules of the change whose message has this part. */
export const rulesFor = (changes: [string, unknown][], part: string): unknown =>
  changes.find(([message]) => message.includes(part))?.[1];
