import { describe, expect, it } from "vitest";
import {
  attachState,
  evaluateBatch,
  loadSnapshot,
  loadState,
  matrix,
  NetverdictError,
  portSets,
  type State,
  shareState,
  snapshot,
  updateState,
} from "../../bindings/inline.ts";
import { namespace, node, pod, policy, service } from "../docs/objects.ts";
import { type Case, generateCase } from "../fuzz/generate.ts";
import { makeRandom } from "../fuzz/random.ts";
import { asksForFuturePod } from "../fuzz/routes/snapshot.ts";
import { EditCase } from "../update/edit-cases.ts";
import { answerTo, attempt } from "./answers.ts";

const SEED = 20260401;
const CASES = 60;

function loaded({ objects, options }: Case): State | undefined {
  const state = attempt(() => loadState(objects, options));
  return "issues" in state ? undefined : state;
}

/** States that must answer as `state` does. */
function twins(state: State): Record<string, State> {
  const bytes = snapshot(state);
  return { snapshot: loadSnapshot(bytes), attached: attachState(shareState(state)) };
}

/** Index columns over all pods of the case and some indices that are nobody's. */
function someColumns(state: State, { objects }: Case, index: number) {
  const random = makeRandom(index);
  const names = objects.flatMap((object) => {
    const { kind, metadata } = object as { kind?: string; metadata?: { name?: string; namespace?: string } };
    return kind === "Pod" && metadata?.name !== undefined ? [[metadata.namespace ?? "default", metadata.name]] : [];
  });
  const pods = names.flatMap(([namespace = "", name = ""]) => {
    const pod = attempt(() => state.podIndex(namespace, name));
    return typeof pod === "number" ? [pod] : [];
  });
  const count = 400;
  if (pods.length === 0) return undefined;
  return {
    from: Uint32Array.from({ length: count }, () => random.pick(pods)),
    to: Uint32Array.from({ length: count }, () => random.pick(pods)),
    toIPv4: Uint32Array.from({ length: count }, () => random.below(0x10000) * 0x10000 + random.below(0x10000)),
    port: Uint16Array.from({ length: count }, () => random.pick([53, 80, 443, 8080, 5432, 65535])),
    protocol: Uint8Array.from({ length: count }, () => random.pick([6, 6, 17, 132, 1])),
  };
}

it("a state whose last pod was removed", () => {
  const state = loadState([namespace("a"), pod("a/x", { ips: ["10.0.0.1"] })]);
  updateState(state, { remove: [{ kind: "Pod", namespace: "a", name: "x" }] });
  for (const twin of Object.values(twins(state))) {
    expect(matrix(twin, { port: 80 }).size).toBe(0);
    expect(answerTo(twin, { from: "a/x", to: "203.0.113.1", port: 80 })).toEqual(
      answerTo(state, { from: "a/x", to: "203.0.113.1", port: 80 }),
    );
  }
});

describe("a state from a snapshot, and one that is attached to a shared one,", () => {
  it("answer every flow as the state that it came from: verdicts, reasons, caveats, members and errors", () => {
    let flows = 0;
    const caveats = new Set<string>();
    for (let index = 0; index < CASES; index++) {
      const made = generateCase(SEED, index);
      const state = loaded(made);
      if (state === undefined) continue;
      const asked = made.flows.filter((flow) => !asksForFuturePod(flow));
      const states = twins(state);
      for (const flow of asked) {
        const expected = answerTo(state, flow);
        for (const [name, twin] of Object.entries(states)) {
          expect(answerTo(twin, flow), `${name}, case ${index}: ${JSON.stringify(flow)}`).toStrictEqual(expected);
        }
        for (const [, code] of JSON.stringify(expected).matchAll(/"code":"([a-z-]+)"/g)) caveats.add(code ?? "");
        flows++;
      }
    }
    expect(flows).toBeGreaterThan(3_000);
    // What the comparison has been over: the caveats that need the tables of what is open, and those of every other kind.
    expect([...caveats]).toEqual(
      expect.arrayContaining([
        "address-unknown",
        "namespace-undeclared",
        "ip-block-matches-pod",
        "host-network",
        "family-differs",
        "no-backend",
        "unknown-port",
      ]),
    );
  });

  it("answer what only flows make endpoints for: names without addresses, nodes without addresses, node ports", () => {
    const state = loadState([
      namespace("a"),
      pod("a/web", { labels: { app: "web" }, ips: ["10.0.0.1"], node: "bare" }),
      node("known", ["192.0.2.1"]),
      policy("a/p", {
        podSelector: {},
        policyTypes: ["Ingress", "Egress"],
        ingress: [{ from: [{ ipBlock: { cidr: "192.0.2.0/24" } }] }],
        egress: [{ to: [{ ipBlock: { cidr: "192.0.2.0/24" } }] }],
      }),
      service("a/far", { type: "ExternalName", externalName: "far.example" }),
      service("a/web", { type: "NodePort", selector: { app: "web" }, ports: [{ port: 80, nodePort: 30080 }] }),
    ]);
    for (const [flow, code] of [
      [{ from: "a/web", to: { service: "a/far" }, port: 443 }, "domain-unknown"],
      [{ from: "a/web", to: { node: "bare" }, port: 443 }, "address-unknown"],
      [{ from: { node: "bare" }, to: "a/web", port: 443 }, "own-node"],
      [{ from: "a/web", to: { node: "known" }, port: 30080 }, "node-port"],
    ] as const) {
      const expected = answerTo(state, flow);
      expect(JSON.stringify(expected)).toContain(code);
      for (const twin of Object.values(twins(state))) expect(answerTo(twin, flow)).toStrictEqual(expected);
    }
  });

  it("say the same of themselves and of pods' indices", () => {
    for (let index = 0; index < 20; index++) {
      const made = generateCase(SEED + 1, index);
      const state = loaded(made);
      if (state === undefined) continue;
      for (const twin of Object.values(twins(state))) {
        expect(twin.counts).toStrictEqual(state.counts);
        expect(JSON.stringify(twin.caveats)).toBe(JSON.stringify(state.caveats));
        for (const object of made.objects as { metadata?: { namespace?: string; name?: string } }[]) {
          const { namespace = "default", name = "" } = object.metadata ?? {};
          expect(attempt(() => twin.podIndex(namespace, name))).toStrictEqual(
            attempt(() => state.podIndex(namespace, name)),
          );
        }
      }
    }
  });

  it("answer batches the same, by pods and by addresses, over columns of their own and of others", () => {
    let batches = 0;
    for (let index = 0; index < 30; index++) {
      const made = generateCase(SEED + 2, index);
      const state = loaded(made);
      const columns = state && someColumns(state, made, index);
      if (state === undefined || columns === undefined) continue;
      const { from, to, toIPv4, port, protocol } = columns;
      for (const asked of [
        { from, to, port, protocol },
        { from, toIPv4, port, protocol },
      ]) {
        const expected = attempt(() => evaluateBatch(state, asked));
        for (const twin of Object.values(twins(state))) {
          expect(attempt(() => evaluateBatch(twin, asked))).toStrictEqual(expected);
          const own = twin.columns(from.length);
          own.from.set(from);
          own.to.set(to);
          own.toIPv4.set(toIPv4);
          own.port.set(port);
          own.protocol.set(protocol);
          const ends = "to" in asked ? { from: own.from, to: own.to } : { from: own.from, toIPv4: own.toIPv4 };
          const said = attempt(() => evaluateBatch(twin, { ...ends, port: own.port, protocol: own.protocol }, own.out));
          expect(said instanceof Uint8Array ? Uint8Array.from(said) : said).toStrictEqual(expected);
        }
        batches++;
      }
    }
    expect(batches).toBeGreaterThan(30);
  });

  it("make the same matrices and port sets", async () => {
    for (let index = 0; index < 8; index++) {
      const state = loaded(generateCase(SEED + 3, index));
      if (state === undefined) continue;
      const [expected, ...others] = await Promise.all(
        [state, ...Object.values(twins(state))].map(async (asked) => {
          const { size, names, counts, exceptions } = matrix(asked, { port: 80 });
          const cells: unknown[] = [];
          for await (const part of portSets(asked)) {
            for (const { from, to, ports } of part) cells.push([from.names, to.names, ports]);
          }
          return { size, names, counts, exceptions, rows: matrix(asked, { port: 80 }).expand(), cells };
        }),
      );
      expect(expected?.size).toBeGreaterThan(0);
      for (const other of others) expect(other).toStrictEqual(expected);
    }
  });

  it("refuse updates", () => {
    const state = loadState([namespace("a"), pod("a/web", { ips: ["10.0.0.1"] })]);
    for (const twin of Object.values(twins(state))) {
      const said = attempt(() => updateState(twin, { upsert: pod("a/db", { ips: ["10.0.0.2"] }) }));
      expect("issues" in said && said.issues.map(({ code }) => code)).toEqual(["needs-full-state"]);
    }
  });

  it("refuse what needs selectors: pods that do not exist yet", () => {
    const state = loaded(generateCase(SEED, 3));
    if (state === undefined) throw new Error("the case does not load");
    for (const twin of Object.values(twins(state))) {
      const flow = { from: { namespace: "a", labels: {} }, to: "203.0.113.7", port: 80 };
      expect(() => answerTo(state, flow)).not.toThrow();
      expect(attempt(() => evaluateCode(twin, flow))).toBe("needs-full-state");
    }
  });
});

function evaluateCode(state: State, flow: Parameters<typeof answerTo>[1]): string {
  const said = answerTo(state, flow);
  if (typeof said === "object" && said !== null && "issues" in said) {
    return new NetverdictError((said as { issues: NetverdictError["issues"] }).issues).code;
  }
  return "answered";
}

describe("a snapshot", () => {
  it("of a state from a snapshot is the same bytes", () => {
    const state = loaded(generateCase(SEED, 5));
    if (state === undefined) throw new Error("the case does not load");
    const bytes = snapshot(state);
    expect(Buffer.compare(snapshot(loadSnapshot(bytes)), bytes)).toBe(0);
    expect(Buffer.compare(snapshot(attachState(shareState(state))), bytes)).toBe(0);
  });

  it("does not change with the bytes that it was loaded from", () => {
    const made = generateCase(SEED, 6);
    const state = loaded(made);
    if (state === undefined) throw new Error("the case does not load");
    const bytes = snapshot(state);
    const twin = loadSnapshot(bytes);
    bytes.fill(0);
    for (const flow of made.flows.filter((one) => !asksForFuturePod(one))) {
      expect(answerTo(twin, flow)).toStrictEqual(answerTo(state, flow));
    }
  });

  it("is taken of a state as updates have left it, and is not changed by later ones", () => {
    let updates = 0;
    for (let index = 0; index < 30; index++) {
      const made = new EditCase(SEED, index);
      const state = attempt(() => loadState([...made.objects.values()], made.options));
      if ("issues" in state) continue;
      let before: { readonly twin: State; readonly said: readonly unknown[] } | undefined;
      const flows = made.flows(15).filter((flow) => !asksForFuturePod(flow));
      const ask = (asked: State): unknown[] => flows.map((flow) => answerTo(asked, flow));
      for (let round = 0; round < 4; round++) {
        const { call, after } = made.call();
        if ("issues" in attempt(() => updateState(state, { upsert: call.upsert, remove: call.remove }))) continue;
        made.accept(after);
        updates++;
        if (before !== undefined) expect(ask(before.twin)).toStrictEqual(before.said);
        const twin = round % 2 === 0 ? loadSnapshot(snapshot(state)) : attachState(shareState(state));
        const said = ask(state);
        expect(ask(twin), `case ${index}, ${call.words.join("; ")}`).toStrictEqual(said);
        before = { twin, said };
      }
    }
    expect(updates).toBeGreaterThan(60);
  });

  it("is taken of a state that flows have added pods to", () => {
    const made = generateCase(SEED, 7);
    const state = loaded(made);
    if (state === undefined) throw new Error("the case does not load");
    for (const flow of made.flows) answerTo(state, flow);
    const twin = loadSnapshot(snapshot(state));
    for (const flow of made.flows.filter((one) => !asksForFuturePod(one))) {
      expect(answerTo(twin, flow)).toStrictEqual(answerTo(state, flow));
    }
  });
});

describe("attachState refuses", () => {
  const handle = shareState(loadState([]));
  const empty = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));

  it.each([
    ["nothing", undefined],
    ["a handle without a memory", { ...handle, memory: undefined }],
    ["one of more bytes than there are", { ...handle, bytes: 2 ** 31 }],
    ["one with the module of something else", { ...handle, module: empty }],
  ])("%s", (_, one) => {
    expect(attempt(() => attachState(one as unknown as typeof handle))).toMatchObject({
      issues: [{ code: "invalid-input" }],
    });
  });
});
