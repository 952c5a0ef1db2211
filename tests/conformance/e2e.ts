/** Reads `e2e.json`: the clusters of the Kubernetes NetworkPolicy e2e tests and what may pass in them. */
import { readFileSync } from "node:fs";
import type { Flow } from "../../sdk/types.ts";

export interface Expectation {
  readonly flow: Flow;
  readonly verdict: "allow" | "deny";
}

export interface State {
  readonly name: string;
  /** Namespaces, pods and policies as Kubernetes objects. */
  readonly objects: readonly object[];
  readonly expectations: readonly Expectation[];
}

interface Written {
  readonly pods: readonly string[];
  readonly addresses: readonly string[];
  readonly states: readonly WrittenState[];
}

interface WrittenState {
  readonly name: string;
  readonly ports: readonly string[];
  readonly podLabels?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly namespaceLabels?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly policies: readonly object[];
  readonly expect: Readonly<Record<string, readonly string[]>>;
}

/** Expands every state of the file. */
export function e2eStates(): State[] {
  const file = JSON.parse(readFileSync(new URL("e2e.json", import.meta.url), "utf8")) as Written;
  return file.states.map((state) => ({
    name: state.name,
    objects: objectsOf(file, state),
    expectations: Object.entries(state.expect).flatMap(([port, rows]) => expectationsOf(file.pods, port, rows)),
  }));
}

function objectsOf(
  { pods, addresses }: Written,
  { ports, podLabels, namespaceLabels, policies }: WrittenState,
): object[] {
  const namespaces = [...new Set(pods.map((pod) => pod.split("/")[0]!))].map((name) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels: { "kubernetes.io/metadata.name": name, ...namespaceLabels?.[name] } },
  }));
  const containerPorts = ports.map(splitPort).map(({ port, protocol }) => ({
    name: `serve-${port}-${protocol.toLowerCase()}`,
    containerPort: port,
    protocol,
  }));
  const podObjects = pods.map((pod, index) => {
    const [namespace, name] = pod.split("/");
    return {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace, labels: { pod: name, ...podLabels?.[pod] } },
      spec: { containers: [{ name: "serve", image: "serve", ports: containerPorts }] },
      status: { phase: "Running", podIP: addresses[index], podIPs: [{ ip: addresses[index] }] },
    };
  });
  return [...namespaces, ...podObjects, ...policies];
}

/** One row a source, one column a destination: `.` passes, `X` doesn't, `-` is left out. */
function expectationsOf(pods: readonly string[], portAndProtocol: string, rows: readonly string[]): Expectation[] {
  return rows.flatMap((row, from) =>
    [...row].flatMap((mark, to): Expectation[] => {
      if (mark === "-") return [];
      const flow: Flow = { from: pods[from]!, to: pods[to]!, ...splitPort(portAndProtocol) };
      return [{ flow, verdict: mark === "." ? "allow" : "deny" }];
    }),
  );
}

function splitPort(text: string): { port: number; protocol: "TCP" | "UDP" | "SCTP" } {
  const [port, protocol] = text.split("/");
  return { port: Number(port), protocol: protocol as "TCP" | "UDP" | "SCTP" };
}
