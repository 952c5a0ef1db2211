/** What `ingress-backend-cut` says: more cases, and that one cause is told once. */
import { describe, expect, it } from "vitest";
import { type Finding, type LoadOptions, lint, loadSnapshot, loadState, snapshot } from "../../bindings/inline.ts";
import { policy, service } from "../docs/objects.ts";
import { CLUSTER } from "./cases/cluster.ts";
import { CUT, closed, ingressTo, site, webService } from "./cases/ingresses.ts";
import { ROUTES } from "./cases/routes.ts";

const RULE = "ingress-backend-cut";
const said = (objects: readonly object[], options: LoadOptions = {}): readonly Finding[] =>
  lint(loadState([...CLUSTER, ...objects], options)).filter(({ id }) => id === RULE);

describe(RULE, () => {
  it.each(Object.entries(CUT))("fires: %s", (_, [objects, says]) => {
    const messages = said(objects).map(({ message }) => message);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(says);
  });

  it("is told once for a Service, however many Ingresses and paths lead to it", () => {
    const named = (name: string, more: object = {}) => ({
      ...ingressTo("web", more),
      metadata: { namespace: "shop", name },
    });
    const all = [
      site,
      named("api"),
      named("more", { defaultBackend: { service: { name: "web", port: { number: 80 } } } }),
    ];
    const [finding, ...others] = said([...all, webService, closed]);
    expect(others).toEqual([]);
    expect(finding?.message).toMatch(/^`Ingress shop\/api` and 2 more leads? to it on 80, and/);
    expect(finding?.object).toEqual({ kind: "Service", namespace: "shop", name: "web" });
    expect(said([webService, closed, ...all.reverse()])).toEqual([finding]);
  });

  it("stands beside no `service-cut` of the same Service", () => {
    const denied = policy("shop/deny", { podSelector: {}, policyTypes: ["Ingress"] });
    const ids = lint(loadState([...CLUSTER, site, webService, denied])).map(({ id }) => id);
    expect(ids.filter((id) => id === RULE || id === "service-cut")).toEqual(["service-cut"]);
  });

  it("is silent under a plugin that enforces nothing", () => {
    expect(said([site, webService, closed], { cni: "flannel" })).toEqual([]);
    expect(said([site, webService, closed], { cni: "calico" })).toHaveLength(1);
  });

  it.each(Object.entries(ROUTES[RULE]?.fires ?? {}))("is told from a snapshot too: %s", (_, [objects]) => {
    const state = loadState([...CLUSTER, ...objects]);
    expect(lint(loadSnapshot(snapshot(state, { explain: true })))).toEqual(lint(state));
  });

  it("is told from a snapshot too, and suppressed at the Service", () => {
    const reason = "nobody asks for it";
    const quiet = {
      ...(service("shop/web", { selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] }) as object),
      metadata: { namespace: "shop", name: "web", annotations: { [`netverdict.dev/suppress.${RULE}`]: reason } },
    };
    const state = loadState([...CLUSTER, site, quiet, closed]);
    const findings = lint(state);
    expect(findings.filter(({ id }) => id === RULE)).toMatchObject([{ suppressed: reason, suppressedBy: "object" }]);
    expect(lint(loadSnapshot(snapshot(state, { explain: true })))).toEqual(findings);
  });
});
