/** What the API server itself calls, and what Ingresses lead to: read of objects that no verdict depends on, for lint. */
import { describe, expect, it } from "vitest";
import { lint, loadState, updateState } from "../../bindings/inline.ts";
import { fullOf, internalsOf, type State } from "../../sdk/state.ts";
import { namespace, pod, policy, service } from "../docs/objects.ts";
import { issues } from "./issues.ts";

const webhooks = (kind: string, ...clients: unknown[]): object => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind,
  metadata: { name: "guard" },
  webhooks: clients.map((clientConfig) => ({ name: "a.b.c", clientConfig })),
});
const guard = { namespace: "guard", name: "guard" };

const calls = (state: State): string[] =>
  [...fullOf(internalsOf(state)).objects.serviceCalls.values()]
    .flat()
    .map(
      ({ reference, path, namespace, name, port }) =>
        `${reference.kind} ${path.join(".")} ${namespace}/${name}:${port}`,
    );

describe("services that the API server calls", () => {
  it("are those of admission webhooks, with 443 where no port is given", () => {
    const object = webhooks(
      "MutatingWebhookConfiguration",
      { url: "https://a.b" },
      { service: guard },
      { service: { ...guard, port: 8443 } },
    );
    expect(calls(loadState([object]))).toEqual([
      "MutatingWebhookConfiguration webhooks.1.clientConfig.service guard/guard:443",
      "MutatingWebhookConfiguration webhooks.2.clientConfig.service guard/guard:8443",
    ]);
  });

  it("are those of aggregated APIs and of conversions, of both versions", () => {
    const api = (spec: object) => ({
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: "v1.x" },
      spec,
    });
    const crd = (name: string, conversion: object) => ({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name },
      spec: { conversion },
    });
    const state = loadState([
      api({ service: guard }),
      crd("a", { strategy: "Webhook", webhook: { clientConfig: { service: guard } } }),
      crd("b", { strategy: "Webhook", webhookClientConfig: { service: guard } }),
      crd("c", { strategy: "None" }),
    ]);
    expect(calls(state)).toEqual([
      "APIService spec.service guard/guard:443",
      "CustomResourceDefinition spec.conversion.webhook.clientConfig.service guard/guard:443",
      "CustomResourceDefinition spec.conversion.webhookClientConfig.service guard/guard:443",
    ]);
    expect(calls(loadState([api({ service: null })]))).toEqual([]);
  });

  it("are refused where they are malformed, with the path", () => {
    const kind = "ValidatingWebhookConfiguration";
    expect(issues(webhooks(kind, { service: { namespace: "guard" } }))).toEqual([
      "required webhooks.0.clientConfig.service.name",
    ]);
    expect(issues(webhooks(kind, { service: { ...guard, port: "https" } }))).toEqual([
      "invalid-type webhooks.0.clientConfig.service.port",
    ]);
    expect(issues(webhooks(kind, { service: { ...guard, port: 70_000 } }))).toEqual([
      "invalid-port webhooks.0.clientConfig.service.port",
    ]);
    expect(issues(webhooks(kind, ["service"]))).toEqual(["invalid-type webhooks.0.clientConfig"]);
    expect(issues({ ...webhooks(kind), webhooks: "none" })).toEqual(["invalid-type webhooks"]);
  });

  it("are told with their place in a text", () => {
    const text = `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: guard }
webhooks:
  - name: a.b.c
    clientConfig:
      service:
        namespace: guard
        name: guard
`;
    const closed = [
      namespace("guard"),
      pod("guard/guard", { labels: { app: "guard" }, ips: ["10.0.0.1"] }),
      service("guard/guard", { selector: { app: "guard" }, ports: [{ port: 443, targetPort: 9443 }] }),
      policy("guard/deny", { podSelector: {} }),
    ];
    const [found] = lint(loadState([{ file: "hook.yaml", text }, ...closed])).filter(({ id }) => id === "webhook-cut");
    expect(found?.source).toEqual({ file: "hook.yaml", line: 7, column: 7 });
    expect(found?.object).toEqual({ kind: "ValidatingWebhookConfiguration", name: "guard" });
  });

  it("follow updates", () => {
    const kind = "ValidatingWebhookConfiguration";
    const state = loadState([webhooks(kind, { service: guard })]);
    updateState(state, { upsert: webhooks(kind, { service: { ...guard, port: 8443 } }) });
    expect(calls(state)).toEqual([`${kind} webhooks.0.clientConfig.service guard/guard:8443`]);
    updateState(state, { upsert: pod("guard/other", {}) });
    expect(calls(state)).toHaveLength(1);
    updateState(state, { remove: [{ kind, name: "guard" }] });
    expect(calls(state)).toEqual([]);
  });
});

describe("services that Ingresses lead to", () => {
  const ingress = (spec: unknown, more: object = {}): object => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { namespace: "shop", name: "site", ...more },
    spec,
  });
  const to = (name: string, port: unknown): object => ({ backend: { service: { name, port } } });
  const paths = (...list: object[]): object => ({ rules: [{ host: "a.b" }, { http: { paths: list } }] });
  const classes = (object: object): unknown[] =>
    [...fullOf(internalsOf(loadState([object]))).objects.serviceCalls.values()].flat().map((call) => call.ingressClass);

  it("are those of its paths and of its default, each port once", () => {
    const spec = {
      defaultBackend: { service: { name: "front", port: { name: "http" } } },
      ...paths(to("web", { number: 80 }), to("web", { number: 80 }), to("web", { number: 0, name: "http" }), {
        backend: { resource: { kind: "Bucket", name: "x" } },
      }),
    };
    expect(calls(loadState([ingress(spec)]))).toEqual([
      "Ingress spec.defaultBackend.service shop/front:http",
      "Ingress spec.rules.1.http.paths.0.backend.service shop/web:80",
      "Ingress spec.rules.1.http.paths.2.backend.service shop/web:http",
    ]);
    for (const none of [undefined, null, {}, { rules: null }, { rules: [{ http: { paths: [] } }] }]) {
      expect(calls(loadState([ingress(none)]))).toEqual([]);
    }
  });

  it("are in its namespace, with its class by field or annotation", () => {
    const site = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "site" } };
    const object = { ...site, spec: paths(to("web", { number: 80 })) };
    expect(calls(loadState([object], { defaultNamespace: "shop" }))).toEqual([
      "Ingress spec.rules.1.http.paths.0.backend.service shop/web:80",
    ]);
    const rules = paths(to("web", { number: 80 }));
    expect(classes(ingress(rules))).toEqual([undefined]);
    expect(classes(ingress({ ingressClassName: "nginx", ...rules }))).toEqual(["nginx"]);
    expect(classes(ingress(rules, { annotations: { "kubernetes.io/ingress.class": "traefik" } }))).toEqual(["traefik"]);
  });

  it("are refused where they are malformed, with the path", () => {
    const at = "spec.rules.1.http.paths.0.backend.service";
    expect(issues(ingress(paths(to("", { number: 80 }))))).toEqual([`required ${at}.name`]);
    expect(issues(ingress(paths(to("web", undefined))))).toEqual([`required ${at}.port.name`]);
    expect(issues(ingress(paths(to("web", { number: 70_000 }))))).toEqual([`invalid-port ${at}.port.number`]);
    expect(issues(ingress(paths(to("web", 80))))).toEqual([`invalid-type ${at}.port`]);
    expect(issues(ingress({ rules: "none" }))).toEqual(["invalid-type spec.rules"]);
  });

  it("are not looked for in versions that clusters no longer serve", () => {
    const spec = paths({ backend: { serviceName: "web", servicePort: 80 } });
    expect(calls(loadState([{ ...ingress(spec), apiVersion: "networking.k8s.io/v1beta1" }]))).toEqual([]);
    expect(calls(loadState([{ ...ingress("x"), apiVersion: "extensions/v1beta1" }]))).toEqual([]);
  });

  it("follow updates", () => {
    const state = loadState([ingress(paths(to("web", { number: 80 })))]);
    updateState(state, { upsert: ingress(paths(to("web", { name: "http" }))) });
    expect(calls(state)).toEqual(["Ingress spec.rules.1.http.paths.0.backend.service shop/web:http"]);
    updateState(state, { remove: [{ kind: "Ingress", namespace: "shop", name: "site" }] });
    expect(calls(state)).toEqual([]);
  });
});
