/**
 * Services that the API server itself calls: admission and conversion webhooks, aggregated APIs. No verdict depends on
 * these objects, so nothing else of them is read; `lint` asks whether the calls get through.
 */
import type { Fields, Raw } from "./fields.ts";
import type { ServiceCall } from "./objects.ts";
import { portNumberFault } from "./ports.ts";

const GROUPS: Readonly<Record<string, string>> = {
  ValidatingWebhookConfiguration: "admissionregistration.k8s.io",
  MutatingWebhookConfiguration: "admissionregistration.k8s.io",
  CustomResourceDefinition: "apiextensions.k8s.io",
  APIService: "apiregistration.k8s.io",
};

/** Set by the API server where the object gives none. [ServiceReference] */
const DEFAULT_PORT = 443;

/** Whether objects of a kind name Services that the API server calls. */
export function namesServices(apiVersion: string, kind: string): boolean {
  return Object.hasOwn(GROUPS, kind) && apiVersion.startsWith(`${GROUPS[kind]}/`);
}

/** The calls of an object that `fields` has turned to; what is malformed is reported. */
export function readServiceCalls(fields: Fields, kind: string, root: Raw): readonly ServiceCall[] {
  const calls: ServiceCall[] = [];
  if (kind === "APIService") {
    below(fields, root.spec, "spec", (spec) => readService(fields, spec.service, ["spec"], calls));
  } else if (kind === "CustomResourceDefinition") {
    below(fields, root.spec, "spec", (spec) => readConversion(fields, spec, calls));
  } else {
    const list = fields.list(root.webhooks, "webhooks");
    fields.enter("webhooks");
    for (let i = 0; i < list.length; i++) {
      const webhook = fields.item(list[i], i);
      if (webhook === undefined) continue;
      fields.enter(i);
      readClient(fields, webhook.clientConfig, "clientConfig", ["webhooks", i], calls);
      fields.leave();
    }
    fields.leave();
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

/** Goes down into a mapping, if there is one. */
function below(fields: Fields, value: unknown, key: string, read: (value: Raw) => void): void {
  const object = fields.object(value, key);
  if (object === undefined) return;
  fields.enter(key);
  read(object);
  fields.leave();
}
