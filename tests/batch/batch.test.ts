import { describe, expect, it } from "vitest";
import {
  type BatchColumns,
  evaluate,
  evaluateAll,
  evaluateBatch,
  type Flow,
  loadState,
  NetverdictError,
  updateState,
} from "../../bindings/inline.ts";
import { canonicalAddress, parseAddress } from "../../sdk/address.ts";
import { codeOf } from "../docs/objects.ts";
import { type Case, generateCase } from "../fuzz/generate.ts";

type State = ReturnType<typeof loadState>;

const CODES = { deny: 0, allow: 1, undetermined: 2 } as const;
const PROTOCOLS = { TCP: 6, UDP: 17, SCTP: 132, ICMP: 1 } as const;
const PORTS = [1, 53, 79, 80, 81, 443, 8080, 32_767, 32_768, 65_535];

interface Asked {
  readonly flow: Flow;
  readonly from: number;
  readonly to: number;
}

/** The verdict of a flow, or undefined where it has none. */
function single(state: State, flow: Flow): number | undefined {
  try {
    const { verdict, caveats } = evaluate(state, flow);
    // A batch does not follow what a node hands on.
    return caveats.some(({ code }) => code === "node-port") ? undefined : CODES[verdict];
  } catch (error) {
    if (error instanceof NetverdictError) return undefined;
    throw error;
  }
}

function podsOf(state: State, { objects, options }: Case): { name: string; index: number }[] {
  return objects.flatMap((object) => {
    const { kind, metadata } = object as { kind: string; metadata: { namespace?: string; name: string } };
    const namespace = metadata.namespace ?? options.defaultNamespace ?? "default";
    if (kind !== "Pod") return [];
    try {
      return [{ name: `${namespace}/${metadata.name}`, index: state.podIndex(namespace, metadata.name) }];
    } catch {
      return [];
    }
  });
}

/** Pairs in a fixed mix of ports and protocols, without those that have no verdict. */
function ask<T>(
  state: State,
  ends: readonly T[],
  endOf: (end: T) => [Flow["to"], number],
): { asked: Asked[]; codes: number[] } {
  const asked: Asked[] = [];
  const codes: number[] = [];
  let turn = 0;
  for (const source of ends) {
    for (const destination of ends) {
      turn++;
      const protocol = (Object.keys(PROTOCOLS) as (keyof typeof PROTOCOLS)[])[turn % 4] ?? "TCP";
      const port = PORTS[turn % PORTS.length] ?? 80;
      const [from, fromValue] = endOf(source);
      const [to, toValue] = endOf(destination);
      const flow: Flow = { from, to, protocol, ...(protocol !== "ICMP" && { port }) };
      const code = single(state, flow);
      if (code === undefined) continue;
      asked.push({ flow, from: fromValue, to: toValue });
      codes.push(code);
    }
  }
  return { asked, codes };
}

const portsOf = (asked: readonly Asked[]): Uint16Array =>
  Uint16Array.from(asked, ({ flow }) => (typeof flow.port === "number" ? flow.port : 0));
const protocolsOf = (asked: readonly Asked[]): Uint8Array =>
  Uint8Array.from(asked, ({ flow }) => PROTOCOLS[flow.protocol as keyof typeof PROTOCOLS]);

const CASES = Array.from({ length: 90 }, (_, index) => generateCase(20, index));

describe("a batch answers each pair as evaluate does", () => {
  it("by pod index", () => {
    const seen = new Set<number>();
    let flows = 0;
    for (const made of CASES) {
      const state = loadState(made.objects, made.options);
      const pods = podsOf(state, made).slice(0, 40);
      const { asked, codes } = ask(state, pods, ({ name, index }) => [name, index]);
      const columns: BatchColumns = {
        from: Uint32Array.from(asked, ({ from }) => from),
        to: Uint32Array.from(asked, ({ to }) => to),
        port: portsOf(asked),
        protocol: protocolsOf(asked),
      };
      expect([...evaluateBatch(state, columns)]).toEqual(codes);
      for (const code of codes) seen.add(code);
      flows += codes.length;
    }
    expect(seen).toEqual(new Set([0, 1, 2]));
    expect(flows).toBeGreaterThan(2_000);
  });

  it.each([4, 6] as const)("by IPv%s address", (family) => {
    let flows = 0;
    for (const made of CASES) {
      const state = loadState(made.objects, made.options);
      const addresses = addressesIn(made, family).slice(0, 30);
      const { asked, codes } = ask(state, addresses, (ip) => [{ ip }, 0]);
      const ends = (side: "from" | "to"): Uint8Array[] =>
        asked.map(({ flow }) => parseAddress((flow[side] as { ip: string }).ip)?.bytes ?? new Uint8Array());
      const columns: BatchColumns = {
        ...(family === 4
          ? { fromIPv4: words(ends("from")), toIPv4: words(ends("to")) }
          : { fromIPv6: bytes(ends("from")), toIPv6: bytes(ends("to")) }),
        port: portsOf(asked),
        protocol: protocolsOf(asked),
      };
      expect([...evaluateBatch(state, columns)]).toEqual(codes);
      flows += codes.length;
    }
    expect(flows).toBeGreaterThan(1_000);
  });

  it("by IPv4-mapped address among IPv6 ones, which is the IPv4 address", () => {
    let mapped = 0;
    for (const made of CASES) {
      const state = loadState(made.objects, made.options);
      const addresses = [...addressesIn(made, 4).slice(0, 12), ...addressesIn(made, 6).slice(0, 6)];
      const { asked, codes } = ask(state, addresses, (ip) => [{ ip }, 0]);
      const columns: BatchColumns = {
        fromIPv6: bytes(asked.map(({ flow }) => sixteenBytes((flow.from as { ip: string }).ip))),
        toIPv6: bytes(asked.map(({ flow }) => sixteenBytes((flow.to as { ip: string }).ip))),
        port: portsOf(asked),
        protocol: protocolsOf(asked),
      };
      expect([...evaluateBatch(state, columns)]).toEqual(codes);

      const pods = podsOf(state, made).slice(0, 12);
      const outwards = ask(state, [...pods, ...addresses.map((ip) => ({ name: "", index: -1, ip }))], (end) => [
        "ip" in end ? { ip: end.ip as string } : end.name,
        end.index,
      ]);
      const some = outwards.asked.flatMap((each, i) => (each.from >= 0 && each.to < 0 ? [{ each, i }] : []));
      mapped += some.length;
      const toIPv6 = bytes(some.map(({ each }) => sixteenBytes((each.flow.to as { ip: string }).ip)));
      const asks = some.map(({ each }) => each);
      const from = Uint32Array.from(asks, (each) => each.from);
      expect([...evaluateBatch(state, { from, toIPv6, port: portsOf(asks), protocol: protocolsOf(asks) })]).toEqual(
        some.map(({ i }) => outwards.codes[i]),
      );
    }
    expect(mapped).toBeGreaterThan(1_000);
  });
});

/** Addresses of pods and nodes, and first addresses of the policies' prefixes; none of a Service: a batch does not follow it. */
function addressesIn({ objects }: Case, family: 4 | 6): string[] {
  const isService = (object: object): boolean => (object as { kind: string }).kind === "Service";
  const spelt = (some: readonly object[]): string[] =>
    Array.from(JSON.stringify(some).matchAll(/"([0-9a-fA-F.:]+)(?:\/\d+)?"/g), ([, value = ""]) => value);
  const found = new Set<string>(family === 4 ? ["0.0.0.1", "255.255.255.255"] : ["::2", "ffff::"]);
  for (const value of spelt(objects.filter((object) => !isService(object)))) {
    if (parseAddress(value)?.family === family) found.add(value);
  }
  // A batch does not follow those of Services, however they are spelt.
  const services = new Set(spelt(objects.filter(isService)).map(canonicalAddress));
  return [...found].filter((address) => !services.has(canonicalAddress(address)));
}

/** An address as an IPv6 column has it. */
function sixteenBytes(ip: string): Uint8Array {
  const address = parseAddress(ip)?.bytes ?? new Uint8Array();
  return address.length === 16 ? address : Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...address);
}

const words = (addresses: readonly Uint8Array[]): Uint32Array =>
  Uint32Array.from(addresses, (address) => new DataView(address.buffer, address.byteOffset).getUint32(0));

function bytes(addresses: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(addresses.length * 16);
  addresses.forEach((address, i) => {
    all.set(address, i * 16);
  });
  return all;
}

const POD = (name: string, ip: string): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { namespace: "shop", name, labels: { app: name } },
  status: { podIP: ip },
});
const SHOP = [
  POD("web", "10.0.0.1"),
  POD("db", "10.0.0.2"),
  POD("six", "fd00::6"),
  { ...POD("done", "10.0.0.9"), status: { phase: "Succeeded" } },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { namespace: "shop", name: "db" },
    spec: {
      podSelector: { matchLabels: { app: "db" } },
      ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }], ports: [{ port: 5432 }] }],
    },
  },
];

describe("columns", () => {
  const state = loadState(SHOP);
  const web = state.podIndex("shop", "web");
  const db = state.podIndex("shop", "db");
  const six = state.podIndex("shop", "six");
  const columns = (overrides: Partial<BatchColumns> = {}): BatchColumns => ({
    from: Uint32Array.of(web, db, web),
    to: Uint32Array.of(db, web, db),
    port: Uint16Array.of(5432, 5432, 80),
    protocol: Uint8Array.of(6, 6, 6),
    ...overrides,
  });

  it("are answered by codes, into an array of the caller's where one is given", () => {
    expect([...evaluateBatch(state, columns())]).toEqual([1, 1, 0]);
    const out = new Uint8Array(5).fill(9);
    expect(evaluateBatch(state, columns(), out)).toBe(out);
    expect([...out]).toEqual([1, 1, 0, 9, 9]);
  });

  it("of the engine's own memory are answered where they are", () => {
    const own = state.columns(3);
    own.from.set([web, db, web]);
    own.to.set([db, web, db]);
    own.port.set([5432, 5432, 80]);
    own.protocol.fill(6);
    const { from, to, port, protocol, out } = own;
    expect(evaluateBatch(state, { from, to, port, protocol }, out)).toBe(out);
    expect([...out]).toEqual([1, 1, 0]);
  });

  it("longer than one copy are answered to their end", () => {
    const count = 150_001;
    const many = {
      from: new Uint32Array(count).fill(web),
      to: new Uint32Array(count).fill(db),
      port: Uint16Array.from({ length: count }, (_, i) => (i % 3 === 0 ? 5432 : 80)),
      protocol: new Uint8Array(count).fill(6),
    };
    const out = evaluateBatch(state, many);
    expect(out.length).toBe(count);
    expect(out.every((code, i) => code === (i % 3 === 0 ? 1 : 0))).toBe(true);
  });

  it("of the engine's own memory are to be chosen from: one of each end's", () => {
    expect(() => evaluateBatch(state, state.columns(3))).toThrow(
      /: of `state.columns`, pass on those that you have filled/,
    );
  });

  it("end when the memory grows, and are refused from then on", () => {
    const grown = loadState(SHOP);
    const own = grown.columns(4);
    grown.columns(2_000_000);
    expect(own.port.length).toBe(0);
    expect(codeOf(() => evaluateBatch(grown, { ...columns(), port: own.port }))).toBe("invalid-flow");
  });

  it("with a place for the codes that lies over a column are refused, in the engine's memory and outside", () => {
    const own = state.columns(3);
    const { from, to, port, protocol } = own;
    const filled = columns();
    from.set(filled.from ?? []);
    to.set(filled.to ?? []);
    port.set(filled.port);
    protocol.set(filled.protocol);
    for (const [name, column] of Object.entries({ from, to, port, protocol })) {
      for (const offset of [0, column.byteLength - 1]) {
        const over = new Uint8Array(column.buffer, column.byteOffset + offset, 3);
        expect(() => evaluateBatch(state, { from, to, port, protocol }, over), name).toThrow("`out` lies over");
      }
    }
    expect(() => evaluateBatch(state, { from, to, port, protocol }, new Uint8Array(from.buffer, 0, 3))).toThrow(
      "not in the columns that it has handed out",
    );
    const bytes = new ArrayBuffer(64);
    const mine = { ...filled, from: new Uint32Array(bytes, 0, 3) };
    mine.from.set(filled.from ?? []);
    expect(() => evaluateBatch(state, mine, new Uint8Array(bytes, 8, 3))).toThrow("`out` lies over `from`");
    expect([...evaluateBatch(state, mine, new Uint8Array(bytes, 12, 3))]).toEqual([1, 1, 0]);
    expect([...evaluateBatch(state, { from, to, port, protocol }, own.out)]).toEqual([1, 1, 0]);
  });

  it("with a pod index out of range are refused", () => {
    expect(codeOf(() => evaluateBatch(state, columns({ from: Uint32Array.of(web, 3, web) })))).toBe("invalid-flow");
    expect(codeOf(() => evaluateBatch(state, columns({ to: Uint32Array.of(web, db, 0xffffffff) })))).toBe(
      "invalid-flow",
    );
  });

  it("are refused with what is wrong with the flow", () => {
    const stale = loadState(SHOP);
    const index = stale.podIndex("shop", "web");
    updateState(stale, { remove: [{ kind: "Pod", namespace: "shop", name: "web" }] });
    const messageOf = (of: State, given: BatchColumns): string | undefined => {
      try {
        evaluateBatch(of, given);
      } catch (error) {
        if (error instanceof NetverdictError) return error.issues.map(({ path, message }) => `${path} ${message}`)[0];
      }
      return undefined;
    };
    const prefix = "1 this flow can have no verdict: ";
    expect(messageOf(state, columns({ from: Uint32Array.of(web, 99, web) }))).toContain(
      `${prefix}no pod has the index 99`,
    );
    expect(messageOf(stale, columns({ from: Uint32Array.of(db, index, db) }))).toContain(
      `${prefix}no pod has the index`,
    );
    expect(messageOf(state, columns({ to: Uint32Array.of(db, six, db) }))).toContain("shares no address family with");
    expect(messageOf(state, columns({ port: Uint16Array.of(5432, 0, 80) }))).toContain(`${prefix}\`0\``);
    const byAddress = { ...columns({ fromIPv4: new Uint32Array(3), port: new Uint16Array(3) }), from: undefined };
    expect(messageOf(state, byAddress as unknown as BatchColumns)).toContain("port 0, or ends without");
  });

  it("with port 0 are refused, but for protocols without ports", () => {
    expect(codeOf(() => evaluateBatch(state, columns({ port: Uint16Array.of(5432, 0, 80) })))).toBe("invalid-flow");
    const icmp = columns({ port: new Uint16Array(3), protocol: Uint8Array.of(1, 58, 1) });
    expect([...evaluateBatch(state, icmp)]).toEqual([0, 1, 0]);
  });

  it("whose ends share no family are refused", () => {
    expect(codeOf(() => evaluateBatch(state, columns({ to: Uint32Array.of(db, six, db) })))).toBe("invalid-flow");
    const mixed = { ...columns({ toIPv6: new Uint8Array(48) }), to: undefined } as unknown as BatchColumns;
    expect(codeOf(() => evaluateBatch(state, mixed))).toBe("invalid-flow");
  });

  it("that do not fit together are refused", () => {
    expect(codeOf(() => evaluateBatch(state, columns({ protocol: Uint8Array.of(6) })))).toBe("invalid-flow");
    expect(codeOf(() => evaluateBatch(state, columns({ fromIPv4: new Uint32Array(3) })))).toBe("invalid-flow");
    expect(codeOf(() => evaluateBatch(state, columns(), new Uint8Array(2)))).toBe("invalid-flow");
    const misspelt = { ...columns(), ports: new Uint16Array(3) } as BatchColumns;
    expect(codeOf(() => evaluateBatch(state, misspelt))).toBe("invalid-flow");
  });

  it("have no index for a pod that is unknown or has finished", () => {
    expect(codeOf(() => state.podIndex("shop", "nobody"))).toBe("unknown-pod");
    expect(codeOf(() => state.podIndex("shop", "done"))).toBe("finished-pod");
  });
});

it("an iterable of flows is answered one by one, as it is read", () => {
  const state = loadState(SHOP);
  const read: number[] = [];
  function* flows(): Generator<Flow> {
    for (const port of [5432, 80]) {
      read.push(port);
      yield { from: "shop/web", to: "shop/db", port };
    }
  }
  const decisions = evaluateAll(state, flows());
  expect(read).toEqual([]);
  expect(decisions.next().value?.verdict).toBe("allow");
  expect(read).toEqual([5432]);
  expect([...decisions].map(({ verdict }) => verdict)).toEqual(["deny"]);
});
