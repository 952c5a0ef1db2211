/** Flows by address: those of pods with their ends' addresses, and some with ends outside the cluster. */
import type { Cluster } from "../cluster/index.ts";
import type { PodObject } from "../cluster/pods.ts";
import { randomFrom } from "../random.ts";
import type { Flows } from "./draw.ts";

/** Of this many flows, how many start and how many end outside. */
const OUTSIDE = { of: 16, starting: 2, ending: 2 } as const;

/** Writes IPv4 addresses (host order) of a mix's ends into columns. `outside`: a quarter has an end outside the cluster. */
export function writeIPv4({ pods }: Cluster, flows: Flows, from: Uint32Array, to: Uint32Array, outside: boolean): void {
  const addresses = Uint32Array.from(pods, (pod) => parseIPv4(addressOf(pod, 4) ?? ""));
  const random = randomFrom(0x4444);
  for (let i = 0; i < from.length; i++) {
    const place = outside ? random(OUTSIDE.of) : OUTSIDE.of;
    const stranger = (random(0x10000) * 0x10000 + random(0x10000)) >>> 0;
    from[i] = place < OUTSIDE.starting ? stranger : (addresses[flows.from[i] ?? 0] ?? 0);
    to[i] =
      place - OUTSIDE.starting < OUTSIDE.ending && place >= OUTSIDE.starting
        ? stranger
        : (addresses[flows.to[i] ?? 0] ?? 0);
  }
}

/** Writes IPv6 addresses, 16 bytes each; a pod without one lends its place to the next that has one. */
export function writeIPv6({ pods }: Cluster, flows: Flows, from: Uint8Array, to: Uint8Array, outside: boolean): void {
  const addresses = pods.map((_, i) => parseIPv6(nextAddress(pods, i)));
  const random = randomFrom(0x6666);
  for (let i = 0; i < flows.from.length; i++) {
    from.set(addresses[flows.from[i] ?? 0] ?? [], i * 16);
    to.set(addresses[flows.to[i] ?? 0] ?? [], i * 16);
    if (outside && random(OUTSIDE.of) < OUTSIDE.starting + OUTSIDE.ending) {
      to.set([0x20, 1, 0xd, 0xb8, 0, random(256), random(256), random(256)], i * 16);
    }
  }
}

function nextAddress(pods: readonly PodObject[], place: number): string {
  for (let i = 0; i < pods.length; i++) {
    const pod = pods[(place + i) % pods.length];
    const address = pod === undefined ? undefined : addressOf(pod, 6);
    if (address !== undefined) return address;
  }
  throw new RangeError("no pod has an IPv6 address");
}

function addressOf({ status: { podIPs } }: PodObject, family: 4 | 6): string | undefined {
  return podIPs.find(({ ip }) => ip.includes(":") === (family === 6))?.ip;
}

function parseIPv4(text: string): number {
  return text.split(".").reduce((value, part) => value * 256 + Number(part), 0);
}

/** The addresses that clusters are made with: four groups, `::`, one group. */
function parseIPv6(text: string): number[] {
  const [head = "", tail = ""] = text.split("::");
  const groups = head.split(":").map((group) => Number.parseInt(group, 16));
  return [...groups, 0, 0, 0, Number.parseInt(tail, 16)].flatMap((group) => [group >> 8, group & 255]);
}
