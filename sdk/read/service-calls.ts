/**
 * Services that the API server itself calls (admission and conversion webhooks, aggregated APIs), and those that Ingresses
 * lead to. No verdict depends on these objects, so nothing else of them is read; `lint` asks whether the calls get through.
 */
import { below, eachBelow, type Fields, type Raw } from "./fields.ts";
import { readIngress } from "./ingress.ts";
import type { ServiceCall } from "./objects.ts";
import { portNumberFault } from "./ports.ts";

/** What an object's `apiVersion` begins with. */
const VERSIONS: Readonly<Record<string, string>> = {
  ValidatingWebhookConfiguration: "admissionregistration.k8s.io/",
  MutatingWebhookConfiguration: "admissionregistration.k8s.io/",
  CustomResourceDefinition: "apiextensions.k8s.io/",
  APIService: "apiregistration.k8s.io/",
  // Earlier versions, which no cluster serves any more, name Services in other fields.
  Ingress: "networking.k8s.io/v1",
};

/** Set by the API server where the object gives none. [ServiceReference] */
const DEFAULT_PORT = 443;

/** Whether objects of a kind name Services that are called. */
export function namesServices(apiVersion: string, kind: string): boolean {
  const version = Object.hasOwn(VERSIONS, kind) ? VERSIONS[kind] : undefined;
  return version !== undefined && (version.endsWith("/") ? apiVersion.startsWith(version) : apiVersion === version);
}

/** Whether those objects are in a namespace, as their Services then are. */
export function isNamespaced(kind: string): boolean {
  return kind === "Ingress";
}

/** The calls of an object that `fields` has turned to; what is malformed is reported. */
export function readServiceCalls(fields: Fields, kind: string, root: Raw): readonly ServiceCall[] {
  if (kind === "Ingress") return readIngress(fields, root);
  const calls: ServiceCall[] = [];
  if (kind === "APIService") {
    below(fields, root.spec, "spec", (spec) => readService(fields, spec.service, ["spec"], calls));
  } else if (kind === "CustomResourceDefinition") {
    below(fields, root.spec, "spec", (spec) => readConversion(fields, spec, calls));
  } else {
    eachBelow(fields, root.webhooks, "webhooks", (webhook, i) =>
      readClient(fields, webhook.clientConfig, "clientConfig", ["webhooks", i], calls),
    );
  }
  return calls;
}

function readConversion(fields: Fields, spec: Raw, calls: ServiceCall[]): void {
  below(fields, spec.conversion, "conversion", (conversion) => {
    const path = ["spec", "conversion"];
    below(fields, conversion.webhook, "webhook", (webhook) =>
      readClient(fields, webhook.clientConfig, "clientConfig", [...path, "webhook"], calls),
    );
    // Of v1beta1.
    readClient(fields, conversion.webhookClientConfig, "webhookClientConfig", path, calls);
  });
}

function readClient(
  fields: Fields,
  value: unknown,
  key: string,
  path: ServiceCall["path"],
  calls: ServiceCall[],
): void {
  below(fields, value, key, (client) => readService(fields, client.service, [...path, key], calls));
}

/** A Service; none where a URL is called, or the API server itself. */
function readService(fields: Fields, value: unknown, path: ServiceCall["path"], calls: ServiceCall[]): void {
  below(fields, value, "service", (service) => {
    const namespace = fields.requiredString(service.namespace, "namespace");
    const name = fields.requiredString(service.name, "name");
    const port = fields.integer(service.port, "port") ?? DEFAULT_PORT;
    const fault = portNumberFault(port);
    if (fault !== undefined) fields.fail("invalid-port", fault, "port");
    if (namespace === undefined || name === undefined || fault !== undefined) return;
    const source = fields.source();
    const { reference } = fields;
    calls.push({ reference, namespace, name, port, path: [...path, "service"], ...(source && { source }) });
  });
}
