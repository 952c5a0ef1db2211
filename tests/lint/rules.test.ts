/** Each rule with a cluster that it speaks of, and one that it must not. */
import { describe, expect, it } from "vitest";
import { type LoadOptions, lint, loadState } from "../../bindings/inline.ts";
import { LINT_RULES } from "../../sdk/lint/rules/index.ts";
import { adminPolicy, clusterPolicy, node, pod, policy, service, workload } from "../docs/objects.ts";
import { type Cases, CLUSTER, dns, egress, ingress, peer, SHOP, select, toDb } from "./cases/cluster.ts";
import { CNI } from "./cases/cni.ts";
import { FLOWS } from "./cases/flows.ts";
import { HEADLESS } from "./cases/headless.ts";
import { INGRESSES } from "./cases/ingresses.ts";
import { PLATFORM } from "./cases/platform.ts";
import { REDUNDANT } from "./cases/redundant.ts";
import { ROUTES } from "./cases/routes.ts";
import { SOUND } from "./cases/sound.ts";
import { SOUND_FLOWS } from "./cases/sound-flows.ts";
import { TIERS } from "./cases/tiers.ts";
import { UNIONS } from "./cases/unions.ts";
import { WIDER } from "./cases/wider.ts";

const denyOut = (space: string): object => policy(`${space}/deny`, { podSelector: {}, policyTypes: ["Egress"] });
const webOnly = (rules: readonly object[]): object => ({
  subject: { pods: { namespaceSelector: {}, podSelector: select({ app: "web" }) } },
  egress: rules,
});

const annotated = (annotations: object) => ({
  ...SHOP,
  metadata: { name: "annotated", annotations },
});

const CASES: Cases = {
  ...FLOWS,
  ...REDUNDANT,
  ...TIERS,
  ...CNI,
  ...INGRESSES,
  "bad-suppression": {
    fires: [annotated({ "netverdict.dev/suppress.dead-rule": "x" })],
    says: /suppresses nothing: there is no rule `dead-rule`/,
    silent: [[annotated({ "netverdict.dev/suppress.dead-rules": "x", "example.com/suppress.dead-rule": "x" })]],
  },
  "dead-rules": {
    fires: [policy("shop/p", { podSelector: {}, policyTypes: ["Ingress"], egress: [{}] })],
    says: /egress rules have no effect/,
    silent: [
      [policy("shop/p", { podSelector: {}, egress: [{}] })],
      [policy("shop/p", { podSelector: {}, policyTypes: ["Ingress"] })],
    ],
  },
  "implied-ingress": {
    fires: [policy("shop/p", { podSelector: select({ app: "db" }), egress: [{ ports: [{ port: 443 }] }] })],
    says: /^without `policyTypes` it is for ingress too, and lets nobody reach `shop\/db`$/,
    silent: [
      [policy("shop/p", { podSelector: select({ app: "db" }), policyTypes: ["Egress"], egress: [{}] })],
      [policy("shop/p", { podSelector: select({ app: "db" }), ingress: [{}], egress: [{}] })],
    ],
  },
  "dns-cut": {
    fires: [dns, egress({ to: [{ podSelector: {} }] })],
    says: /`shop\/web` cannot reach `kube-system\/dns` on 53\/UDP/,
    silent: [
      [egress({ to: [{ podSelector: {} }] })],
      [dns, egress({ to: [{ namespaceSelector: {} }], ports: [{ port: 53, protocol: "UDP" }] })],
    ],
  },
  "selects-nothing": {
    fires: [ingress({ podSelector: select({ App: "DB" }) }, {})],
    says: /no pod of `shop` has `App=DB`; there is `app=db`/,
    silent: [
      [toDb({})],
      [policy("empty/p", { podSelector: select({ app: "x" }) })],
      [
        ingress({ podSelector: select({ app: "batch" }) }, {}),
        workload("shop/Deployment/batch", { app: "batch" }, { replicas: 0 }),
      ],
    ],
  },
  "peer-matches-nothing": {
    fires: [peer({ podSelector: select({ app: "probe" }) })],
    says: /no pod of `shop` has `app=probe`; `ops\/probe` is in another namespace/,
    silent: [
      [peer({ podSelector: select({ app: "web" }) })],
      [peer({ namespaceSelector: select({ team: "none" }), podSelector: select({ app: "x" }) })],
    ],
  },
  "split-peer": {
    fires: [
      ...Array.from({ length: 6 }, (_, i) =>
        pod(`ops/tool-${i}`, { labels: { app: "tool" }, ips: [`10.0.1.${i + 10}`] }),
      ),
      pod("ops/web", { labels: { app: "web" }, ips: ["10.0.1.99"] }),
      peer({ namespaceSelector: select({ team: "ops" }) }, { podSelector: select({ app: "web" }) }),
    ],
    says: /match 8 and 1 pods, one with both selectors would match 1/,
    silent: [
      [peer({ namespaceSelector: select({ team: "ops" }), podSelector: select({ app: "probe" }) })],
      [peer({ namespaceSelector: select({ team: "ops" }) }, { podSelector: select({ app: "web" }) })],
    ],
  },
  "joined-peer": {
    fires: [peer({ namespaceSelector: select({ team: "ops" }), podSelector: select({ app: "web" }) })],
    says: /both selectors together match no pod; `shop\/web` has the labels, `ops\/probe` is in such a namespace/,
    silent: [
      [peer({ namespaceSelector: select({ team: "ops" }), podSelector: select({ app: "probe" }) })],
      [peer({ namespaceSelector: select({ team: "none" }), podSelector: select({ app: "web" }) })],
    ],
  },
  "service-port": {
    fires: [
      toDb({ ports: [{ port: 80 }] }),
      service("shop/db", { selector: { app: "db" }, ports: [{ port: 80, targetPort: 5432 }] }),
    ],
    says: /80 is a port of Service `shop\/db`, whose pods get it on `5432`/,
    silent: [
      [
        toDb({ ports: [{ port: 5432 }] }),
        service("shop/db", { selector: { app: "db" }, ports: [{ port: 80, targetPort: 5432 }] }),
      ],
      [toDb({ ports: [{ port: 80 }] }), service("shop/db", { selector: { app: "db" }, ports: [{ port: 80 }] })],
    ],
  },
  "unknown-port-name": {
    fires: [toDb({ ports: [{ port: "postgres" }] })],
    says: /none of the 1 destination pods has a TCP port named `postgres`/,
    silent: [
      [toDb({ ports: [{ port: "sql" }] })],
      [egress({ to: [{ ipBlock: { cidr: "198.51.100.0/24" } }], ports: [{ port: "sql" }] })],
    ],
  },
  "block-of-pods": {
    fires: [{ ...node("n1", []), spec: { podCIDRs: ["10.0.0.0/16"] } }, peer({ ipBlock: { cidr: "10.0.3.0/24" } })],
    says: /10\.0\.3\.0\/24 is in the pods' range 10\.0\.0\.0\/16/,
    silent: [
      [peer({ ipBlock: { cidr: "10.0.3.0/24" } })],
      [{ ...node("n1", []), spec: { podCIDRs: ["10.0.0.0/16"] } }, peer({ ipBlock: { cidr: "198.51.100.0/24" } })],
    ],
  },
  "block-of-service": {
    fires: [
      service("shop/db", { clusterIP: "10.96.0.5", selector: { app: "db" }, ports: [{ port: 80 }] }),
      egress({ to: [{ ipBlock: { cidr: "10.96.0.5/32" } }] }),
    ],
    says: /holds the address of Service `shop\/db`/,
    silent: [
      [egress({ to: [{ ipBlock: { cidr: "10.96.0.5/32" } }] })],
      [
        service("shop/db", { clusterIP: "10.96.0.5", selector: { app: "db" }, ports: [{ port: 80 }] }),
        egress({ to: [{ ipBlock: { cidr: "10.96.0.0/12" } }] }),
      ],
    ],
  },
  "metadata-address": {
    fires: [egress({ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] })],
    says: /169\.254\.169\.254/,
    silent: [
      [egress({ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.0.0/16"] } }] })],
      [egress({ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ port: 443 }] })],
    ],
  },
  "host-network-subject": {
    fires: [
      pod("shop/agent", { labels: { app: "agent" }, hostNetwork: true, ips: ["192.0.2.1"] }),
      ingress({ podSelector: select({ app: "agent" }) }, {}),
    ],
    says: /only `shop\/agent` and its like/,
    silent: [
      [toDb({})],
      [pod("shop/agent", { labels: { app: "db" }, hostNetwork: true, ips: ["192.0.2.1"] }), toDb({})],
    ],
  },
  "ambiguous-port-name": {
    fires: [
      pod("shop/db-2", { labels: { app: "db" }, ips: ["10.0.0.9"], ports: [{ name: "sql", containerPort: 5433 }] }),
      toDb({ ports: [{ port: "sql" }] }),
    ],
    says: /^`sql` stands for 5432 on `shop\/db`, 5433 on `shop\/db-2`$/,
    silent: [[toDb({ ports: [{ port: "sql" }] })]],
  },
  "unprotected-pods": {
    fires: [toDb({})],
    says: /no policy selects shop\/web for ingress/,
    silent: [[], [policy("shop/all", { podSelector: {} }), policy("ops/all", { podSelector: {} })]],
  },
  "unprotected-egress": {
    fires: [egress({ to: [{ podSelector: {} }] })],
    says: /^no policy selects ops\/probe for egress\nno policy selects shop\/db for egress$/,
    silent: [
      [],
      // Nobody restricts egress here.
      [toDb({})],
      [egress({})],
      [policy("shop/all", { podSelector: {}, policyTypes: ["Ingress", "Egress"], egress: [{}] }), egress({})],
      [clusterPolicy("web", "Admin", 1, webOnly([{ action: "Accept", to: [{ namespaces: {} }] }]))],
      // Everybody is restricted.
      [clusterPolicy("all", "Baseline", 1, { egress: [{ action: "Deny", to: [{ namespaces: {} }] }] })],
      [denyOut("shop"), denyOut("ops")],
    ],
  },
  "older-api": {
    fires: [adminPolicy("older", 1, {})],
    says: /AdminNetworkPolicy is no longer part of the API/,
    silent: [[clusterPolicy("new", "Admin", 1, {})]],
  },
};

const said = (id: string, objects: readonly object[], options: LoadOptions = {}) =>
  lint(loadState([...CLUSTER, ...objects], options)).filter((finding) => finding.id === id);

describe.each(LINT_RULES.map(({ id }) => id))("%s", (id) => {
  const found = CASES[id];

  it("fires", () => {
    const findings = said(id, found?.fires ?? [], found?.options);
    expect(findings.map(({ message }) => message).join("\n")).toMatch(found?.says ?? /a case for every rule/);
    for (const { help, object } of findings) expect([help.length > 0, object.name.length > 0]).toEqual([true, true]);
  });

  it("is silent where it must be", () => {
    expect(found?.silent.length).toBeGreaterThan(0);
    for (const objects of found?.silent ?? []) expect(said(id, objects, found?.options)).toEqual([]);
  });
});

describe.each(
  [SOUND, SOUND_FLOWS, PLATFORM, ROUTES, UNIONS, WIDER, HEADLESS].flatMap((cases) => Object.entries(cases)),
)("%s", (id, { silent = {}, fires = {} }) => {
  it.each(Object.entries(silent))("is silent: %s", (_, objects) => {
    expect(said(id, objects)).toEqual([]);
  });

  it.each(Object.entries(fires))("fires: %s", (_, [objects, says]) => {
    expect(
      said(id, objects)
        .map(({ message }) => message)
        .join("\n"),
    ).toMatch(says);
  });
});

describe("lint", () => {
  it("finds nothing to object to in a default deny beside allows", () => {
    const all = policy("shop/deny", { podSelector: {}, policyTypes: ["Ingress"] });
    expect(
      lint(
        loadState([
          ...CLUSTER,
          all,
          policy("ops/deny", { podSelector: {} }),
          toDb({ from: [{ podSelector: select({ app: "web" }) }] }),
        ]),
      ),
    ).toEqual([]);
  });

  it("tells suppressed findings with their reason, and wants one", () => {
    const state = loadState([...CLUSTER, toDb({})]);
    const reason = "a sandbox";
    const [first] = lint(state, { suppress: { "unprotected-pods": reason } });
    expect(first).toMatchObject({ id: "unprotected-pods", suppressed: reason });
    expect(() => lint(state, { suppress: { "unprotected-pods": "" } })).toThrow(/without a reason/);
    expect(() => lint(state, { suppress: { nothing: "x" } })).toThrow(/there is no rule `nothing`/);
  });
});
