/** Flows over a case: every form of an end, ports on and beside the edges, and a few questions that are wrong. */
import type { Flow, FlowEnd, FuturePod } from "../../sdk/types.ts";
import { anyFamily, clusterFamilies, someLabels, type World } from "./world.ts";

/** Makes one flow; a few are wrong in a way that has no other answer than an error. */
export function someFlow(world: World): Flow {
  const flow = aFlow(world);
  if (!world.random.chance(0.004)) return flow;
  return world.random.pick<Flow>([
    { ...flow, from: "nowhere" },
    { ...flow, to: "10.0.0.256" },
    { ...flow, from: { service: "a/service-0" } },
    { ...flow, to: { service: "a/nothing" } },
    { from: flow.from, to: flow.to },
    { ...flow, protocol: "tcp" as "TCP" },
    { ...flow, family: 5 as 4 },
  ]);
}

function aFlow(world: World): Flow {
  const { random, services } = world;
  const protocol = random.weighted({ absent: 4, TCP: 4, UDP: 2, SCTP: 1, ICMP: 0.6, ICMPv6: 0.2 });
  const service = services.length > 0 && random.chance(0.25) ? random.pick(services) : undefined;
  const port = service !== undefined && random.chance(0.8) ? random.pick(service.ports) : somePort(world);
  return {
    from: anEnd(world),
    to: service === undefined ? anEnd(world) : { service: service.name },
    ...(protocol.startsWith("ICMP") ? {} : { port }),
    ...(protocol === "absent" ? {} : { protocol }),
    ...(random.chance(0.2) ? { family: random.chance(0.9) ? anyFamily(world) : random.pick([4, 6] as const) } : {}),
  };
}

/** Mostly a number on or beside an edge of the policies' ports; now and then a name, rarely no port at all. */
function somePort({ random, numbers, portNames }: World): number | string {
  if (random.chance(0.04)) return random.pick([...portNames, "web", "dns"]);
  if (random.chance(0.005)) return random.pick([0, 65536, 1.5, -1]);
  return Math.min(65535, Math.max(1, random.pick(numbers) + random.pick([-1, 0, 0, 0, 0, 0, 0, 1])));
}

function anEnd(world: World): FlowEnd {
  const { random, nodes, workloads, literals, book } = world;
  // Finished pods are errors as ends; a few of those are enough.
  const pods = random.chance(0.02) ? world.pods : world.pods.filter(({ finished }) => !finished);
  switch (
    random.weighted({
      pod: 12,
      literal: 4,
      node: nodes.length > 0 ? 2 : 0.05,
      workload: workloads.length > 0 ? 4 : 0.05,
      future: 1,
    })
  ) {
    case "pod": {
      const pod = random.chance(0.005) ? { namespace: "a", name: "nobody" } : random.pick(pods);
      const name = `${pod.namespace}/${pod.name}`;
      return random.chance(0.8) ? name : { pod: name };
    }
    case "literal": {
      const address =
        literals.length > 0 && random.chance(0.5)
          ? random.pick(literals)
          : book.nearby(random.chance(0.97) ? anyFamily(world) : random.pick([4, 6]));
      const spelt = random.chance(0.08) ? book.respell(address) : address;
      return random.chance(0.8) ? spelt : { ip: spelt };
    }
    case "node":
      return { node: nodes.length > 0 && random.chance(0.97) ? random.pick(nodes).name : "nowhere" };
    case "workload":
      return workloads.length > 0 ? workloadEnd(world) : { workload: "a/Deployment/nothing" };
    default: {
      // One that has been asked about before is remembered: it must be answered as it was then.
      const known = world.futures.length > 0 && random.chance(0.6);
      const pod = known ? random.pick(world.futures) : aFuturePod(world);
      if (!known) world.futures.push(pod);
      return pod;
    }
  }
}

/** A workload, or a pod of a StatefulSet by its name. */
function workloadEnd({ random, workloads }: World): FlowEnd {
  const workload = random.pick(workloads);
  const [namespace, kind, name] = workload.split("/");
  if (kind === "StatefulSet" && random.chance(0.5)) return `${namespace}/${name}-${random.below(4)}`;
  return { workload };
}

function aFuturePod(world: World): FuturePod {
  const { random, namespaces, numbers, portNames, nodes, pods } = world;
  const protocols = [{}, { protocol: "TCP" }, { protocol: "UDP" }, { protocol: "SCTP" }] as const;
  const port = (): NonNullable<FuturePod["ports"]>[number] => ({
    ...(random.chance(0.8) ? { name: random.pick(portNames) } : {}),
    containerPort: random.pick(numbers),
    ...random.pick(protocols),
  });
  // Labels of a pod that is there already, or any; a namespace and a node that nothing else knows.
  return {
    namespace: random.chance(0.05) ? "elsewhere" : random.pick(namespaces),
    labels: pods.length > 0 && random.chance(0.3) ? random.pick(pods).labels : someLabels(world),
    ...(random.chance(0.4) ? { ports: random.list(0, 2, port) } : {}),
    ...(random.chance(0.4) ? { ips: futureAddresses(world) } : {}),
    ...(random.chance(0.3)
      ? { node: nodes.length > 0 && random.chance(0.9) ? random.pick(nodes).name : "nowhere" }
      : {}),
  };
}

/** Mostly free ones; a live pod's or a node's is an error. */
function futureAddresses(world: World): string[] {
  const { random, book, literals } = world;
  if (literals.length > 0 && random.chance(0.03)) return [random.pick(literals)];
  return random.pick([clusterFamilies(world), [anyFamily(world)]]).map((family) => book.take(family));
}
