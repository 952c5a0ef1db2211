/**
 * Services that the API server itself calls (admission and conversion webhooks, aggregated APIs), and those that Ingresses
 * and Routes lead to. No verdict depends on these objects, so nothing else of them is read; `lint` asks whether the calls get
 * through.
 */
import { below, eachBelow, type Fields, type Raw } from "./fields.ts";
import { readIngress } from "./ingress.ts";
import type { ServiceCall } from "./objects.ts";
import { checkPortNumber } from "./ports.ts";
import { readGatewayRoute, readRoute } from "./routes.ts";

type ReadCalls = (fields: Fields, root: Raw) => readonly ServiceCall[];

/** What an object's `apiVersion` begins with, and what is read of it. */
interface Caller {
  readonly versions: string;
  readonly read: ReadCalls;
  /** It is in a namespace, and leads in from outside. */
  readonly isEntrance?: boolean;
}

const readWebhooks: ReadCalls = (fields, root) => {
  const calls: ServiceCall[] = [];
  eachBelow(fields, root.webhooks, "webhooks", (webhook, i) =>
    readClient(fields, webhook.clientConfig, "clientConfig", ["webhooks", i], calls),
  );
  return calls;
};

const GATEWAY_ROUTE: Caller = { versions: "gateway.networking.k8s.io/", read: readGatewayRoute, isEntrance: true };

const CALLERS: Readonly<Record<string, Caller>> = {
  ValidatingWebhookConfiguration: { versions: "admissionregistration.k8s.io/", read: readWebhooks },
  MutatingWebhookConfiguration: { versions: "admissionregistration.k8s.io/", read: readWebhooks },
  CustomResourceDefinition: { versions: "apiextensions.k8s.io/", read: readConversion },
  APIService: { versions: "apiregistration.k8s.io/", read: readAggregated },
  // Earlier versions, which no cluster serves any more, name Services in other fields.
  Ingress: { versions: "networking.k8s.io/v1", read: readIngress, isEntrance: true },
  Route: { versions: "route.openshift.io/v1", read: readRoute, isEntrance: true },
  HTTPRoute: GATEWAY_ROUTE,
  GRPCRoute: GATEWAY_ROUTE,
  TLSRoute: GATEWAY_ROUTE,
  TCPRoute: GATEWAY_ROUTE,
  UDPRoute: GATEWAY_ROUTE,
};

/** Set by the API server where the object gives none. [ServiceReference] */
const DEFAULT_PORT = 443;

/** Whether objects of a kind name Services that are called. */
export function namesServices(apiVersion: string, kind: string): boolean {
  const versions = callerOf(kind)?.versions;
  return versions !== undefined && (versions.endsWith("/") ? apiVersion.startsWith(versions) : apiVersion === versions);
}

/** Whether those objects lead in from outside: then they are in a namespace, as their Services mostly are. */
export function isEntrance(kind: string): boolean {
  return callerOf(kind)?.isEntrance === true;
}

/** The calls of an object that `fields` has turned to; what is malformed is reported. */
export function readServiceCalls(fields: Fields, kind: string, root: Raw): readonly ServiceCall[] {
  return callerOf(kind)?.read(fields, root) ?? [];
}

/** Kinds may be called as what every object inherits. */
function callerOf(kind: string): Caller | undefined {
  return Object.hasOwn(CALLERS, kind) ? CALLERS[kind] : undefined;
}

function readAggregated(fields: Fields, root: Raw): readonly ServiceCall[] {
  const calls: ServiceCall[] = [];
  below(fields, root.spec, "spec", (spec) => readService(fields, spec.service, ["spec"], calls));
  return calls;
}

function readConversion(fields: Fields, root: Raw): readonly ServiceCall[] {
  const calls: ServiceCall[] = [];
  const path = ["spec", "conversion"];
  below(fields, root.spec, "spec", (spec) =>
    below(fields, spec.conversion, "conversion", (conversion) => {
      below(fields, conversion.webhook, "webhook", (webhook) =>
        readClient(fields, webhook.clientConfig, "clientConfig", [...path, "webhook"], calls),
      );
      // Of v1beta1.
      readClient(fields, conversion.webhookClientConfig, "webhookClientConfig", path, calls);
    }),
  );
  return calls;
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
    const isPort = checkPortNumber(fields, port, "port");
    if (namespace === undefined || name === undefined || !isPort) return;
    const source = fields.source();
    const { reference } = fields;
    calls.push({ reference, namespace, name, port, path: [...path, "service"], ...(source && { source }) });
  });
}
