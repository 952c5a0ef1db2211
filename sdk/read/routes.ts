/** The Services that Routes lead to: OpenShift's, and those of the Gateway API. */
import { below, eachBelow, type Fields, type Raw } from "./fields.ts";
import type { ServiceCall } from "./objects.ts";
import { readPortNumber } from "./ports.ts";

/** Each Service once, of an object of `route.openshift.io/v1` that `fields` has turned to. */
export function readRoute(fields: Fields, root: Raw): readonly ServiceCall[] {
  const calls = new Map<string, ServiceCall>();
  below(fields, root.spec, "spec", (spec) => {
    let endpointPort: number | string | undefined;
    below(fields, spec.port, "port", (port) => {
      endpointPort = fields.integerOrString(port.targetPort, "targetPort") || undefined;
    });
    const readTarget = (target: Raw, path: ServiceCall["path"]): void => {
      if (!isServed(fields, target)) return;
      const name = fields.requiredString(target.name, "name");
      if (name === undefined || calls.has(name)) return;
      const { reference } = fields;
      const source = fields.source();
      const namespace = reference.namespace ?? "";
      const port = endpointPort === undefined ? {} : { endpointPort };
      calls.set(name, { reference, namespace, name, ...port, path, ...(source && { source }) });
    };
    below(fields, spec.to, "to", (target) => readTarget(target, ["spec", "to"]));
    eachBelow(fields, spec.alternateBackends, "alternateBackends", (target, i) =>
      readTarget(target, ["spec", "alternateBackends", i]),
    );
  });
  return [...calls.values()];
}

/**
 * Each Service and port once, of an object of `gateway.networking.k8s.io` that `fields` has turned to. None of one that no
 * Gateway serves: in a mesh it is for the clients of a Service.
 */
export function readGatewayRoute(fields: Fields, root: Raw): readonly ServiceCall[] {
  const calls = new Map<string, ServiceCall>();
  const { reference } = fields;
  below(fields, root.spec, "spec", (spec) => {
    const gateways = readGateways(fields, spec);
    if (gateways.length === 0) return;
    eachBelow(fields, spec.rules, "rules", (rule, i) =>
      eachBelow(fields, rule.backendRefs, "backendRefs", (backend, j) => {
        if (!isServed(fields, backend)) return;
        const namespace = fields.string(backend.namespace, "namespace") ?? reference.namespace ?? "";
        const name = fields.requiredString(backend.name, "name");
        const port = readPortNumber(fields, backend.port, "port");
        const known = `${namespace}/${name}:${port}`;
        if (name === undefined || port === undefined || calls.has(known)) return;
        const source = fields.source();
        calls.set(known, {
          reference,
          namespace,
          name,
          port,
          ...(reference.kind === "UDPRoute" && { protocol: "UDP" }),
          path: ["spec", "rules", i, "backendRefs", j],
          ...(source && { source }),
          gateways,
        });
      }),
    );
  });
  return [...calls.values()];
}

/** As `namespace/name`. */
function readGateways(fields: Fields, spec: Raw): readonly string[] {
  const gateways: string[] = [];
  eachBelow(fields, spec.parentRefs, "parentRefs", (parent) => {
    if ((fields.string(parent.kind, "kind") ?? "Gateway") !== "Gateway") return;
    const namespace = fields.string(parent.namespace, "namespace") ?? fields.reference.namespace ?? "";
    const name = fields.requiredString(parent.name, "name");
    if (name !== undefined) gateways.push(`${namespace}/${name}`);
  });
  return gateways;
}

/** Whether a backend is a Service that gets anything. Both APIs take a Service where no kind is given, and send nothing to what weighs 0. */
function isServed(fields: Fields, { kind, group, weight }: Raw): boolean {
  const isService =
    (fields.string(kind, "kind") || "Service") === "Service" && (fields.string(group, "group") || "") === "";
  return isService && fields.integer(weight, "weight") !== 0;
}
