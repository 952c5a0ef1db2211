/** The Services that an Ingress leads to. */
import { below, eachBelow, type Fields, isRecord, type Raw } from "./fields.ts";
import type { ServiceCall } from "./objects.ts";
import { checkPortNumber } from "./ports.ts";

/** What gave the class before there was a field for it, and what controllers still go by. */
const CLASS_ANNOTATION = "kubernetes.io/ingress.class";

/** Each Service and port once, of an object of `networking.k8s.io/v1` that `fields` has turned to. */
export function readIngress(fields: Fields, root: Raw): readonly ServiceCall[] {
  const calls = new Map<string, ServiceCall>();
  below(fields, root.spec, "spec", (spec) => {
    const ingressClass = fields.string(spec.ingressClassName, "ingressClassName") ?? annotatedClass(root);
    const readBackend = (value: unknown, key: string, path: ServiceCall["path"]): void =>
      below(fields, value, key, (backend) =>
        // Where there is none, a resource of another kind is meant.
        below(fields, backend.service, "service", (service) => {
          const name = fields.requiredString(service.name, "name");
          const port = readPort(fields, service.port);
          if (name === undefined || port === undefined) return;
          const { reference } = fields;
          const source = fields.source();
          const known = `${name}:${port}`;
          if (calls.has(known)) return;
          calls.set(known, {
            reference,
            namespace: reference.namespace ?? "",
            name,
            port,
            path: [...path, key, "service"],
            ...(source && { source }),
            ...(ingressClass !== undefined && { ingressClass }),
          });
        }),
      );
    readBackend(spec.defaultBackend, "defaultBackend", ["spec"]);
    eachBelow(fields, spec.rules, "rules", (rule, i) =>
      below(fields, rule.http, "http", (http) =>
        eachBelow(fields, http.paths, "paths", (item, j) =>
          readBackend(item.backend, "backend", ["spec", "rules", i, "http", "paths", j]),
        ),
      ),
    );
  });
  return [...calls.values()];
}

/** A number, or the name of one of the Service's ports: one of them is required. */
function readPort(fields: Fields, value: unknown): number | string | undefined {
  let port: number | string | undefined;
  below(fields, value ?? {}, "port", (given) => {
    // 0 is none, as it is to the API server.
    const number = fields.integer(given.number, "number") || undefined;
    if (number === undefined) port = fields.requiredString(given.name, "name");
    else if (checkPortNumber(fields, number, "number")) port = number;
  });
  return port;
}

function annotatedClass({ metadata }: Raw): string | undefined {
  const annotations = isRecord(metadata) ? metadata.annotations : undefined;
  const value = isRecord(annotations) ? annotations[CLASS_ANNOTATION] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}
