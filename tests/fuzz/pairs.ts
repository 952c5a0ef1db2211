/** Flows between pods and addresses over few ports: what columns and matrices take, and every other way to ask as well. */
import type { Flow } from "../../sdk/types.ts";
import { parseAddress } from "../reference/address.ts";
import type { Family } from "./addresses.ts";
import { formatAddress } from "./addresses.ts";
import { anyFamily, type World } from "./world.ts";

type Ports = Pick<Flow, "port" | "protocol">;

/** Makes `count` flows; where there are few enough pods, every pair of them is among those over the first port. */
export function pairFlows(world: World, count: number): Flow[] {
  const { random, literals } = world;
  const pods = world.pods.filter(({ finished }) => !finished).map(({ namespace, name }) => `${namespace}/${name}`);
  const addresses: Record<Family, string[]> = { 4: [], 6: [] };
  for (const family of [4, 6] as const) {
    const known = literals.filter((text) => text.includes(":") === (family === 6));
    for (let made = 0; made < Math.min(40, 4 + count / 50); made++) {
      addresses[family].push(
        known.length > 0 && random.chance(0.5) ? beside(world, family, random.pick(known)) : world.book.nearby(family),
      );
    }
  }
  const ports = Array.from({ length: 1 + random.below(5) }, () => somePorts(world));
  const [first] = ports as [Ports];
  const all = pods.flatMap((from) => (pods.length ** 2 <= count / 2 ? pods : []).map((to) => ({ from, to, ...first })));
  const some = Array.from({ length: count - all.length }, (): Flow => {
    const family = anyFamily(world);
    const end = (): string => random.pick(random.chance(0.65) ? pods : addresses[family]);
    return { from: end(), to: end(), ...random.pick(ports) };
  });
  return [...all, ...some];
}

/** An address that something has, or the one before or after it. */
function beside({ random }: World, family: Family, text: string): string {
  const address = parseAddress(text);
  const last = (1n << (family === 4 ? 32n : 128n)) - 1n;
  if (address === undefined || address.value === 0n || address.value === last) return text;
  return formatAddress(family, address.value + random.pick([-1n, 0n, 0n, 1n]));
}

/** A port on or beside an edge of the policies' ports; now and then a protocol without ports. */
function somePorts({ random, numbers }: World): Ports {
  const protocol = random.pick(["TCP", "TCP", "TCP", "UDP", "SCTP", "ICMP"] as const);
  const port = Math.min(65535, Math.max(1, random.pick(numbers) + random.pick([-1, 0, 0, 0, 1])));
  return protocol === "ICMP" ? { protocol } : { ...(protocol === "TCP" ? {} : { protocol }), port };
}
