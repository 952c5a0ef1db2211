/** Clusters and flows that every runtime answers alike: from both conformance suites, and random ones with all that the fuzz draws. */
import { loadState } from "../../bindings/inline.ts";
import type { Flow, LoadOptions, Update } from "../../sdk/types.ts";
import { clusterNetworkPolicyStates } from "../conformance/cluster-network-policy.ts";
import { e2eStates } from "../conformance/e2e.ts";
import { generateCase } from "../fuzz/generate.ts";
import { asksForFuturePod } from "../fuzz/routes/snapshot.ts";

export interface Vector {
  readonly objects: readonly object[];
  readonly options: LoadOptions;
  readonly flows: readonly Flow[];
  /** Names of some pods. */
  readonly pods: readonly string[];
  readonly update: Update;
}

const RANDOM = 12;
const FLOWS = 60;
const PODS = 10;

export function makeVectors(): Vector[] {
  const suites = [...e2eStates(), ...clusterNetworkPolicyStates()].filter((_, i) => i % 6 === 0);
  const known = suites.map(({ objects, expectations }) =>
    vector(
      objects,
      {},
      expectations.slice(0, FLOWS).map(({ flow }) => flow),
    ),
  );
  const random: Vector[] = [];
  for (let index = 0; random.length < RANDOM; index++) {
    const { objects, options, flows } = generateCase(20261125, index);
    if (!loads(objects, options)) continue;
    random.push(vector(objects, options, flows.filter((flow) => !asksForFuturePod(flow)).slice(0, FLOWS)));
  }
  return [...known, ...random];
}

function loads(objects: readonly object[], options: LoadOptions): boolean {
  try {
    return loadState(objects, options).counts.pods > 2;
  } catch {
    return false;
  }
}

function vector(objects: readonly object[], options: LoadOptions, flows: readonly Flow[]): Vector {
  const namespace = options.defaultNamespace ?? "default";
  const state = loadState(objects, options);
  const pods = objects.flatMap((object) => {
    const { kind, metadata } = object as { kind?: string; metadata?: { namespace?: string; name?: string } };
    const name = `${metadata?.namespace || namespace}/${metadata?.name}`;
    if (kind !== "Pod") return [];
    try {
      state.podIndex(...(name.split("/") as [string, string]));
      return [name];
    } catch {
      return [];
    }
  });
  const closed = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { namespace: pods[0]?.split("/")[0] ?? namespace, name: "added-later" },
    spec: { podSelector: {}, policyTypes: ["Ingress"] },
  };
  return { objects, options, flows, pods: pods.slice(0, PODS), update: { upsert: [closed] } };
}
