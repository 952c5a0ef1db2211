import { describe, expect, it } from "vitest";
import {
  evaluate,
  type Flow,
  loadState,
  matrix,
  NetverdictError,
  type PortSet,
  type PortSetOptions,
  type Ports,
  portSets,
  type Verdict,
} from "../../bindings/inline.ts";
import { namespace, node, pod, policy, workload } from "../docs/objects.ts";
import { generateCase } from "../fuzz/generate.ts";
import { endOf, type State, verdictOf } from "./pairs.ts";

const PROTOCOLS = ["TCP", "UDP", "SCTP"] as const;
const NOTHING: Ports = { TCP: [], UDP: [], SCTP: [], portless: false };
const EMPTY: PortSet = { allowed: NOTHING, undetermined: NOTHING };

/** Every pair's set, by the pods' names; and how many cells there were. */
async function readAll(state: State, options: PortSetOptions = {}) {
  const sets = new Map<string, PortSet>();
  let cells = 0;
  for await (const part of portSets(state, options)) {
    for (const { from, to, ports } of part) {
      cells++;
      for (const source of from.names) for (const destination of to.names) sets.set(`${source} ${destination}`, ports);
    }
    for (const { from, to, ports } of part.exceptions) sets.set(`${from} ${to}`, ports);
  }
  return { sets, cells };
}

function verdictIn({ allowed, undetermined }: PortSet, protocol: (typeof PROTOCOLS)[number], port: number): Verdict {
  const holds = (ports: Ports): boolean => ports[protocol].some(([first, last]) => first <= port && port <= last);
  if (holds(allowed)) return "allow";
  return holds(undetermined) ? "undetermined" : "deny";
}

/** Every number in a cluster that could be a port, and those beside it. */
function borders(objects: readonly object[]): number[] {
  const numbers = [...JSON.stringify(objects).matchAll(/[pP]ort":(\d+)/g)].map(([, digits]) => Number(digits));
  const near = [1, 2, 65_535, ...numbers].flatMap((port) => [port - 1, port, port + 1]);
  return [...new Set(near)].filter((port) => port >= 1 && port <= 65_535);
}

describe("port sets agree with evaluate at every border", () => {
  it.each([undefined, 4, 6] as const)("in family %s", async (family) => {
    const seen = new Map<string, number>();
    for (let index = 0; index < 70; index++) {
      const { objects, options } = generateCase(41, index);
      if (objects.length > 60) continue;
      const state = loadState(objects, options);
      const { sets } = await readAll(state, family === undefined ? {} : { family });
      const names = matrix(state, { protocol: "ICMP" }).names.slice(0, 7);
      const ports = borders(objects);
      for (const from of names) {
        for (const to of names) {
          const set = sets.get(`${from} ${to}`) ?? EMPTY;
          const ask = (flow: Partial<Flow>) =>
            verdictOf(state, { from: endOf(from), to: endOf(to), ...(family !== undefined && { family }), ...flow });
          // A pod and itself is no matter of groups.
          if (from === to && from.split("/").length === 2) continue;
          for (const protocol of PROTOCOLS) {
            for (const port of ports) {
              const expected = ask({ port, protocol }) ?? "deny";
              const given = verdictIn(set, protocol, port);
              if (given !== expected) expect({ index, from, to, protocol, port, given }).toEqual(expected);
              seen.set(given, (seen.get(given) ?? 0) + 1);
            }
          }
          const portless = set.allowed.portless ? "allow" : set.undetermined.portless ? "undetermined" : "deny";
          expect(portless).toBe(ask({ protocol: "ICMP" }) ?? "deny");
        }
      }
    }
    for (const verdict of ["allow", "deny", "undetermined"]) expect(seen.get(verdict)).toBeGreaterThan(10);
  });
});

const A = namespace("a");
const codeOf = async (act: () => Promise<unknown>): Promise<string | undefined> => {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof NetverdictError) return error.code;
    throw error;
  }
};

describe("a port set", () => {
  const web = pod("a/web", { ips: ["10.0.0.1"], labels: { app: "web" }, node: "n1" });
  const db = pod("a/db", { ips: ["10.0.0.2"], labels: { app: "db" }, node: "n1" });
  const open = policy("a/db", {
    podSelector: { matchLabels: { app: "db" } },
    ingress: [
      {
        from: [{ podSelector: { matchLabels: { app: "web" } } }],
        ports: [{ port: 5432 }, { port: 8000, endPort: 8100 }, { port: 8101 }, { protocol: "UDP", port: 53 }],
      },
    ],
  });

  it("has the ports that both sides let through, neighbours joined, and nothing else", async () => {
    const { sets } = await readAll(loadState([A, web, db, open]));
    expect(sets.get("a/web a/db")).toEqual({
      allowed: {
        TCP: [
          [5432, 5432],
          [8000, 8101],
        ],
        UDP: [[53, 53]],
        SCTP: [],
        portless: false,
      },
      undetermined: NOTHING,
    });
    const all = [[1, 65_535]];
    expect(sets.get("a/db a/web")?.allowed).toEqual({ TCP: all, UDP: all, SCTP: all, portless: true });
  });

  it("says apart what is not settled", async () => {
    const young = pod("a/young");
    const block = policy("a/db", {
      podSelector: { matchLabels: { app: "db" } },
      ingress: [{ from: [{ ipBlock: { cidr: "10.1.0.0/16" } }], ports: [{ port: 5432 }] }, { ports: [{ port: 80 }] }],
    });
    const { sets } = await readAll(loadState([A, db, young, block]));
    expect(sets.get("a/young a/db")).toEqual({
      allowed: { ...NOTHING, TCP: [[80, 80]] },
      undetermined: { ...NOTHING, TCP: [[5432, 5432]] },
    });
  });

  it("is one object for all pairs that have it, and denied pairs have none", async () => {
    const more = pod("a/more", { ips: ["10.0.0.3"], labels: { app: "more" } });
    const other = policy("a/more", { podSelector: { matchLabels: { app: "more" } }, policyTypes: ["Ingress"] });
    const { sets } = await readAll(loadState([A, web, db, more, open, other]));
    expect(sets.get("a/db a/web")).toBe(sets.get("a/web a/web"));
    expect(sets.has("a/web a/more")).toBe(false);
  });

  it("of a host-network pod towards its own node's pods stands among the exceptions", async () => {
    const agent = pod("a/agent", { hostNetwork: true, node: "n1", ips: ["192.0.2.1"] });
    const { sets } = await readAll(loadState([A, node("n1", ["192.0.2.1"]), agent, db, open]));
    expect(sets.get("a/agent a/db")?.allowed).toEqual(sets.get("a/agent a/agent")?.allowed);
    const far = pod("a/db", { ips: ["10.0.0.2"], labels: { app: "db" }, node: "n2" });
    const { sets: apart } = await readAll(loadState([A, node("n1", ["192.0.2.1"]), agent, far, open]));
    expect(apart.has("a/agent a/db")).toBe(false);
  });

  it("never has port 0", async () => {
    const policies = policy("a/db", {
      podSelector: {},
      ingress: [
        {
          ports: [
            { port: 1, endPort: 65_535 },
            { protocol: "UDP", port: 1 },
          ],
        },
      ],
    });
    const { sets } = await readAll(loadState([A, web, db, policies]));
    expect(sets.get("a/web a/db")?.allowed).toEqual({ ...NOTHING, TCP: [[1, 65_535]], UDP: [[1, 1]] });
  });

  it("is exact for more ports than a record holds", async () => {
    const ports = Array.from({ length: 300 }, (_, i) => ({ port: 100 + i * 7, endPort: 102 + i * 7 }));
    const { sets } = await readAll(loadState([A, web, db, policy("a/db", { podSelector: {}, ingress: [{ ports }] })]));
    expect(sets.get("a/web a/db")?.allowed.TCP).toEqual(ports.map(({ port, endPort }) => [port, endPort]));
  });
});

describe("many sets", () => {
  it("find room", async () => {
    // 1,500 destinations, each with a port of its own: more sets than the first room holds.
    const count = 1_500;
    const pods = Array.from({ length: count }, (_, i) =>
      pod(`a/p${i}`, { ips: [`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`], labels: { app: `a${i}` } }),
    );
    const policies = Array.from({ length: count }, (_, i) =>
      policy(`a/x${i}`, {
        podSelector: { matchLabels: { app: `a${i}` } },
        ingress: [{ from: [{ podSelector: { matchLabels: { app: "a0" } } }], ports: [{ port: 10_000 + i }] }],
      }),
    );
    const { sets, cells } = await readAll(loadState([A, ...pods, ...policies]));
    expect(cells).toBe(count);
    for (const i of [0, 1, 1_022, 1_023, 1_024, count - 1]) {
      expect(sets.get(`a/p0 a/p${i}`)?.allowed.TCP).toEqual([[10_000 + i, 10_000 + i]]);
    }
  });
});

describe("reading port sets", () => {
  // 800 groups that all reach one another: five parts.
  const pods = Array.from({ length: 800 }, (_, i) =>
    pod(`a/p${i}`, { ips: [`10.0.${i >> 8}.${i & 255}`], labels: { app: `a${i}` } }),
  );
  const named = policy("a/all", {
    podSelector: { matchExpressions: [{ key: "app", operator: "NotIn", values: pods.map((_, i) => `a${i}`) }] },
  });
  const state = loadState([A, ...pods, named]);

  it("gives parts of bounded size, reports progress, and lets other tasks run", async () => {
    const told: number[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    let [parts, cells] = [0, 0];
    for await (const part of portSets(state, { onProgress: ({ done, total }) => told.push(done / total) })) {
      parts++;
      cells += part.from.length;
      expect(part.from.length).toBe(part.to.length);
      expect(part.from.length).toBeLessThan(140_000);
    }
    clearInterval(timer);
    expect(parts).toBeGreaterThan(3);
    expect(cells).toBe(800 * 800);
    expect(turns).toBeGreaterThan(0);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(1);
  });

  it("stops when the signal aborts, with its reason", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    let parts = 0;
    const read = async (): Promise<void> => {
      for await (const _ of portSets(state, { signal: controller.signal })) {
        parts++;
        setTimeout(() => controller.abort(reason), 0);
      }
    };
    await expect(read()).rejects.toBe(reason);
    expect(parts).toBe(1);
    await expect(portSets(state, { signal: AbortSignal.abort(reason) }).next()).rejects.toBe(reason);
  });

  it("twice at a time gives each its own", async () => {
    const small = loadState([A, ...pods.slice(0, 3), workload("a/Deployment/w", { app: "a0" }), named]);
    const [one, other] = [portSets(small), portSets(small)];
    const [first, second] = await Promise.all([one.next(), other.next()]);
    expect([...(first.value?.from ?? [])]).toEqual([...(second.value?.from ?? [])]);
    expect(first.value?.from.length).toBeGreaterThan(0);
  });

  it("ends with an error when the state changes meanwhile", async () => {
    const changing = loadState([A, ...pods, named]);
    const read = async (): Promise<void> => {
      for await (const _ of portSets(changing)) {
        evaluate(changing, { from: { namespace: "a", labels: {} }, to: "a/p0", port: 80 });
      }
    };
    expect(await codeOf(read)).toBe("state-changed");
  });

  it.each([
    ["a misspelt key", { familly: 4 }],
    ["an unknown family", { family: 5 }],
    ["no signal", { signal: 1 }],
    ["no function", { onProgress: 1 }],
  ])("%s is refused at once", (_, options) => {
    expect(() => portSets(state, options as PortSetOptions)).toThrow(NetverdictError);
  });
});
