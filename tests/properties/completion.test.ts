import { describe, expect, it } from "vitest";
import type { LoadOptions } from "../../sdk/types.ts";
import { formatAddress } from "../fuzz/addresses.ts";
import type { Random } from "../fuzz/random.ts";
import { someLabels } from "../fuzz/world.ts";
import { everything, type Family, type Prefix, parseAddress, width } from "../reference/address.ts";
import { type Cluster, readCluster } from "../reference/cluster.ts";
import { referenceVerdict } from "../reference/evaluate.ts";
import type { Node, PlainObject, Pod } from "../reference/objects.ts";
import { answers, type Sample, samples } from "./clusters.ts";

/** What is given beside what was there; undefined where the cluster already tells it. */
type Completion = (sample: Sample) => { objects: readonly PlainObject[]; options: LoadOptions } | undefined;

const completions: Record<string, Completion> = {
  "the Namespace objects": ({ world, objects, options }) => {
    if (options.undeclaredNamespaces === "unlabelled") return undefined;
    const declared = new Set(objects.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name));
    const missing = world.namespaces.filter((name) => !declared.has(name));
    const given = missing.map((name) => ({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name, labels: someLabels(world) },
    }));
    return given.length === 0 ? undefined : { objects: [...objects, ...given], options };
  },

  "the addresses of pods": (sample) => {
    const { objects, options } = sample;
    const taken = addressesIn([objects, options, sample.flows]);
    const cluster = readCluster(objects, options);
    const given = objects.map((object) => {
      if (!isAddressless(object)) return object;
      return withAddresses(object, rangesFor(cluster, object), taken, sample.random);
    });
    return given.every((object, index) => object === objects[index]) ? undefined : { objects: given, options };
  },

  podCIDRs: (sample) => {
    const { objects, options, world } = sample;
    if (options.podCIDRs !== undefined || rangesOf(objects).length > 0) return undefined;
    return { objects, options: { ...options, podCIDRs: [world.book.cidr(4), world.book.cidr(6)] } };
  },
};

describe("an undetermined answer becomes the right one, and a settled one stays, with", () => {
  for (const [name, complete] of Object.entries(completions)) {
    it(name, { timeout: 300_000 }, () => {
      let settled = 0;
      for (const sample of samples(600)) {
        const completed = complete(sample);
        if (completed === undefined) continue;
        settled += expectCompletion(sample, completed);
      }
      // The missing facts do decide something.
      expect(settled).toBeGreaterThan(20);
    });
  }
});

/** Gives the number of answers that the completion settled. */
function expectCompletion(
  sample: Sample,
  completed: { objects: readonly PlainObject[]; options: LoadOptions },
): number {
  const { flows } = sample;
  const before = answers(sample.objects, sample);
  const after = answers(completed.objects, { flows, options: completed.options });
  const input = { ...completed };
  const steps = flows.map((flow, index) => {
    const [first, second, reference] = [before[index]!, after[index]!, referenceVerdict(input, flow)];
    const was = "verdict" in first ? first.verdict : "error";
    const is = "verdict" in second ? second.verdict : "error";
    const right = "verdict" in reference ? reference.verdict : "error";
    return { flow, was, is, right };
  });
  const wrong = steps.filter(({ was, is, right }) => is !== right || (was !== "undetermined" && was !== is));
  expect(wrong, sample.seed).toEqual([]);
  return steps.filter(({ was, is }) => was === "undetermined" && is !== was).length;
}

/** What a pod's address can be out of: its node's ranges, where those hold for pods, or anything. */
function rangesFor({ podRanges }: Cluster, pod: Pod): readonly Prefix[] {
  return podRanges(pod.spec?.nodeName ?? undefined) ?? [everything(4), everything(6)];
}

/** The ranges of all nodes. */
function rangesOf(objects: readonly PlainObject[]): readonly string[] {
  return objects
    .filter((object): object is Node => object.kind === "Node")
    .flatMap(({ spec }) => (spec?.podCIDRs?.length ? spec.podCIDRs : spec?.podCIDR ? [spec.podCIDR] : []));
}

function isAddressless(object: PlainObject): object is Pod {
  const { spec, status } = object as Pod;
  return object.kind === "Pod" && spec?.hostNetwork !== true && !status?.podIP && (status?.podIPs ?? []).length === 0;
}

/** One address of every family that the pod could have, in the order in which the ranges give the families. */
function withAddresses(pod: Pod, ranges: readonly Prefix[], taken: Set<string>, random: Random): Pod {
  const families = [...new Set(ranges.map(({ family }) => family))];
  const podIPs = families.map((family) => ({ ip: addressIn(ranges, family, random) }));
  // A range of one address may be taken already: then the pod stays without.
  if (podIPs.some(({ ip }) => taken.has(ip))) return pod;
  for (const { ip } of podIPs) taken.add(ip);
  return { ...pod, status: { ...pod.status, podIP: podIPs[0]!.ip, podIPs } };
}

/** Every address that a value spells, however it spells it. */
function addressesIn(value: unknown): Set<string> {
  const found = new Set<string>();
  JSON.stringify(value, (_, part: unknown) => {
    const address = typeof part === "string" ? parseAddress(part) : undefined;
    if (address !== undefined) found.add(formatAddress(address.family, address.value));
    return part;
  });
  return found;
}

function addressIn(ranges: readonly Prefix[], family: Family, random: Random): string {
  const range = random.pick(ranges.filter((prefix) => prefix.family === family));
  const hostBits = BigInt(width(family) - range.length);
  const offset = (BigInt(random.below(2 ** 30)) << 30n) | BigInt(random.below(2 ** 30));
  const within = hostBits > 60n ? offset << (hostBits - 60n) : offset & ((1n << hostBits) - 1n);
  return formatAddress(family, range.first + within);
}
