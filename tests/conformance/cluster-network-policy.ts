/** Reads `cluster-network-policy.json`: the clusters of ClusterNetworkPolicy's conformance tests and what may pass in them. */
import { readFileSync } from "node:fs";
import type { Flow } from "../../sdk/types.ts";
import type { Expectation, State } from "./e2e.ts";

/** Namespaces are written without the prefix that all their names have. */
interface Written {
  readonly prefix: string;
  readonly nodes: Readonly<Record<string, { readonly ip: string; readonly labels: Readonly<Record<string, string>> }>>;
  /** With a node: on the host network there. */
  readonly pods: Readonly<
    Record<string, { readonly ip: string; readonly node?: string; readonly ports: readonly string[] }>
  >;
  readonly policies: Readonly<Record<string, object>>;
  readonly states: readonly WrittenState[];
}

interface WrittenState {
  readonly test: string;
  readonly name: string;
  /** Namespaces that a test gave another `conformance-house` than their own. */
  readonly houses?: Readonly<Record<string, string>>;
  readonly policies: readonly string[];
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
}

/** Expands every state of the file. */
export function clusterNetworkPolicyStates(): State[] {
  const file = JSON.parse(readFileSync(new URL("cluster-network-policy.json", import.meta.url), "utf8")) as Written;
  return file.states.map((state) => ({
    name: `${state.test}: ${state.name}`,
    objects: [...clusterOf(file, state), ...state.policies.map((key) => file.policies[key]!)],
    expectations: [
      ...state.allowed.map((probe): Expectation => ({ flow: flowOf(file, probe), verdict: "allow" })),
      ...state.denied.map((probe): Expectation => ({ flow: flowOf(file, probe), verdict: "deny" })),
    ],
  }));
}

function clusterOf({ prefix, nodes, pods }: Written, { houses }: WrittenState): object[] {
  const places = [...new Set(Object.keys(pods).map((pod) => pod.split("/")[0]!))];
  const namespaces = places.map((house) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: prefix + house,
      labels: { "kubernetes.io/metadata.name": prefix + house, "conformance-house": houses?.[house] ?? house },
    },
  }));
  const nodeObjects = Object.entries(nodes).map(([name, { ip, labels }]) => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels },
    status: { addresses: [{ type: "InternalIP", address: ip }] },
  }));
  const podObjects = Object.entries(pods).map(([key, { ip, node, ports }]) => {
    const [house, name] = key.split("/");
    return {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace: `${prefix}${house}`, labels: { "conformance-house": house } },
      spec: {
        ...(node === undefined ? {} : { hostNetwork: true, nodeName: node }),
        containers: [{ name: "serve", image: "serve", ports: ports.map(containerPort) }],
      },
      status: { phase: "Running", podIP: ip, podIPs: [{ ip }] },
    };
  });
  return [...namespaces, ...nodeObjects, ...podObjects];
}

/** `web 80/TCP` */
function containerPort(text: string): object {
  const [name, where] = text.split(" ");
  const { port, protocol } = splitPort(where!);
  return { name, containerPort: port, protocol };
}

/** `namespace/pod namespace/pod 80/TCP` */
function flowOf({ prefix }: Written, probe: string): Flow {
  const [from, to, where] = probe.split(" ");
  return { from: prefix + from, to: prefix + to, ...splitPort(where!) };
}

function splitPort(text: string): { port: number; protocol: "TCP" | "UDP" | "SCTP" } {
  const [port, protocol] = text.split("/");
  return { port: Number(port), protocol: protocol as "TCP" | "UDP" | "SCTP" };
}
