import { describe, expect, it } from "vitest";
import { evaluate, evaluateBatch, type Flow, loadState, NetverdictError, updateState } from "../../bindings/inline.ts";

type State = ReturnType<typeof loadState>;

const CODES = { deny: 0, allow: 1, undetermined: 2 } as const;
const PROTOCOLS = { TCP: 6, UDP: 17, SCTP: 132, ICMP: 1 } as const;
const NAMES = Object.keys(PROTOCOLS) as (keyof typeof PROTOCOLS)[];
const NAMESPACES = ["declared", "undeclared"];

/** Whole numbers below a bound, the same ones every time. */
function randomFrom(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/**
 * A cluster in which each pod is a class of its own: dual-stack pods that prefer either family, pods of one family, host-network
 * pods, a namespace whose labels are open, and policies of one to forty ports.
 */
function makeCluster(pods: number, random: (bound: number) => number): { objects: object[]; names: string[] } {
  const objects: object[] = [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "declared", labels: { team: "a" } } },
    {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "node" },
      status: { addresses: [{ type: "InternalIP", address: "192.168.0.1" }] },
    },
  ];
  const names: string[] = [];
  for (let i = 0; i < pods; i++) {
    const namespace = NAMESPACES[i % 7 === 0 ? 1 : 0] ?? "";
    const four = { ip: `10.${i >> 8}.${i & 255}.7` };
    const six = { ip: `fd00:${(i % 5).toString(16)}::${(i * (i % 3 === 0 ? 97 : 1)).toString(16)}` };
    const host = i % 23 === 5;
    const podIPs = [[four], [four], [four, six], [six, four], [six]][host ? 0 : i % 5] ?? [four];
    names.push(`${namespace}/pod-${i}`);
    objects.push({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { namespace, name: `pod-${i}`, labels: { app: `app-${i}` } },
      spec: { nodeName: "node", hostNetwork: host, containers: [{ name: "main" }] },
      status: { phase: "Running", podIPs: host ? [{ ip: "192.168.0.1" }] : podIPs, hostIP: "192.168.0.1" },
    });
  }
  for (let i = 0; i < pods; i++) objects.push(makePolicy(i, pods, random));
  return { objects, names };
}

function makePolicy(i: number, pods: number, random: (bound: number) => number): object {
  const app = (): object => ({ matchLabels: { app: `app-${random(pods)}` } });
  const peers = [
    { podSelector: { matchExpressions: [{ key: "app", operator: "NotIn", values: [`app-${random(pods)}`] }] } },
    { namespaceSelector: { matchLabels: { team: "a" } } },
    { namespaceSelector: {}, podSelector: app() },
    { ipBlock: { cidr: `10.${random(4)}.0.0/${15 + random(5)}` } },
    { ipBlock: { cidr: `fd00:${random(5)}::/32` } },
  ];
  const ports = Array.from({ length: [1, 2, 3, 9, 14, 40][random(6)] ?? 1 }, () => ({
    protocol: NAMES[random(3)],
    port: 1 + random(200),
    ...(random(4) === 0 && { endPort: 200 + random(9) }),
  }));
  const rule = { ports: random(9) === 0 ? [] : ports };
  const [some, other] = [peers[random(peers.length)], peers[random(peers.length)]];
  const rules =
    random(2) === 0 ? { ingress: [{ from: [some, other], ...rule }] } : { egress: [{ to: [some, other], ...rule }] };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { namespace: NAMESPACES[i % 7 === 0 ? 1 : 0], name: `policy-${i}` },
    spec: {
      podSelector: { matchLabels: { app: `app-${i % 3 === 0 ? random(pods) : i}` } },
      policyTypes: ["ingress" in rules ? "Ingress" : "Egress"],
      ...rules,
    },
  };
}

/** The verdict of a flow, or undefined where it has none. */
function single(state: State, flow: Flow): number | undefined {
  try {
    return CODES[evaluate(state, flow).verdict];
  } catch (error) {
    if (error instanceof NetverdictError) return undefined;
    throw error;
  }
}

/** Asks random pairs both ways; gives how often each verdict came. */
function compare(state: State, names: readonly string[], random: (bound: number) => number, count: number): number[] {
  const indices = names.map((name) => state.podIndex(...(name.split("/") as [string, string])));
  const columns = { from: [0], to: [0], port: [0], protocol: [0], codes: [0] };
  for (const column of Object.values(columns)) column.pop();
  while (columns.codes.length < count) {
    // A quarter of the flows is between a few pods, so that pairs come with several ports and protocols.
    const among = random(4) > 0 ? names.length : 12;
    const from = random(among);
    const to = random(20) === 0 ? from : random(among);
    const protocol = NAMES[random(NAMES.length)] ?? "TCP";
    // 32,768 is 0 once it is biased for comparison.
    const some = random(30) === 0 ? 32_768 : 1 + random(random(8) === 0 ? 65_535 : 215);
    const port = protocol === "ICMP" ? 0 : some;
    const flow: Flow = { from: names[from] ?? "", to: names[to] ?? "", protocol, ...(port > 0 && { port }) };
    const code = single(state, flow);
    if (code === undefined) continue;
    columns.from.push(indices[from] ?? 0);
    columns.to.push(indices[to] ?? 0);
    columns.port.push(port);
    columns.protocol.push(PROTOCOLS[protocol]);
    columns.codes.push(code);
  }
  const ask = (first: number, end: number): Uint8Array =>
    evaluateBatch(state, {
      from: Uint32Array.from(columns.from.slice(first, end)),
      to: Uint32Array.from(columns.to.slice(first, end)),
      port: Uint16Array.from(columns.port.slice(first, end)),
      protocol: Uint8Array.from(columns.protocol.slice(first, end)),
    });
  expect([...ask(0, count)]).toEqual(columns.codes);
  // What was looked up singly the first time may be known now.
  expect([...ask(0, count)]).toEqual(columns.codes);
  // The same few again and again, as in a flow log, after others: what was found lately answers.
  const few = Array.from({ length: 12_000 }, (_, i) => (i < 1_000 ? i % count : random(Math.min(count, 200))));
  const repeated = evaluateBatch(state, {
    from: Uint32Array.from(few, (i) => columns.from[i] ?? 0),
    to: Uint32Array.from(few, (i) => columns.to[i] ?? 0),
    port: Uint16Array.from(few, (i) => columns.port[i] ?? 0),
    protocol: Uint8Array.from(few, (i) => columns.protocol[i] ?? 0),
  });
  expect([...repeated]).toEqual(few.map((i) => columns.codes[i]));
  for (const size of [1, 15, 17, 129]) expect([...ask(3, 3 + size)]).toEqual(columns.codes.slice(3, 3 + size));
  return [0, 1, 2].map((code) => columns.codes.filter((other) => other === code).length);
}

describe.each([
  ["few classes", 60, 0],
  ["nearly as many classes as a table of pairs takes", 380, 0],
  ["more classes than a table of pairs takes", 620, 512],
] as const)("a batch over %s", (_name, pods, classes) => {
  const random = randomFrom(pods);
  const { objects, names } = makeCluster(pods, random);
  const state = loadState(objects);
  const indices = names.map((name) => state.podIndex(...(name.split("/") as [string, string])));

  it("answers each pair as evaluate does", () => {
    expect(state.counts.classes > 512).toBe(classes === 512);
    const seen = compare(state, names, random, 6_000);
    expect(Math.min(...seen)).toBeGreaterThan(10);
  });

  it("answers by the tables of now when the state has changed", () => {
    const changed = loadState(objects);
    compare(changed, names, random, 300);
    // A flow end that the state did not know makes an endpoint, and maybe a class.
    const future = { namespace: "declared", labels: { app: "app-1" } };
    expect(single(changed, { from: future, to: names[2] ?? "", port: 80 })).toBeDefined();
    compare(changed, names, random, 300);
    updateState(changed, { upsert: [makePolicy(1, pods, random), makePolicy(2, pods, random)] });
    compare(changed, names, random, 300);
    updateState(changed, { remove: [makePolicy(3, pods, random)] });
    compare(changed, names, random, 300);
  });

  it.each([1, 16, 127, 128, 129, 300])("names the first flow that can have no verdict, of %i", (size) => {
    const pair = [indices[1] ?? 0, indices[2] ?? 0] as const;
    for (const at of new Set([0, size >> 1, size - 1])) {
      for (const wrong of ["from", "to", "port"] as const) {
        const columns = {
          from: new Uint32Array(size).fill(pair[0]),
          to: new Uint32Array(size).fill(pair[1]),
          port: new Uint16Array(size).fill(80),
          protocol: new Uint8Array(size).fill(17),
        };
        columns[wrong][at] = wrong === "port" ? 0 : 0x7fffffff;
        columns.from[size - 1] = at === size - 1 ? (columns.from[size - 1] ?? 0) : 0xffffffff;
        let path: unknown;
        try {
          evaluateBatch(state, columns);
        } catch (error) {
          path = (error as NetverdictError).issues[0]?.path;
        }
        expect(path).toEqual([at]);
      }
    }
  });
});
