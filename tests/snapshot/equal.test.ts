import { describe, expect, it } from "vitest";
import {
  attachState,
  evaluateBatch,
  loadSnapshot,
  loadState,
  NetverdictError,
  type State,
  shareState,
  snapshot,
} from "../../bindings/inline.ts";
import { type Case, generateCase } from "../fuzz/generate.ts";
import { makeRandom } from "../fuzz/random.ts";
import { answerTo, asksForFuturePod, attempt } from "./answers.ts";

const SEED = 20260401;
const CASES = 40;

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
    expect(flows).toBeGreaterThan(2_000);
    // What the comparison has been over: the caveats that need the tables of what is open, and those of every other kind.
    expect([...caveats]).toEqual(
      expect.arrayContaining([
        "address-unknown",
        "namespace-undeclared",
        "domain-unknown",
        "ip-block-matches-pod",
        "host-network",
        "family-differs",
        "no-backend",
        "unknown-port",
      ]),
    );
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
    expect(snapshot(loadSnapshot(bytes))).toStrictEqual(bytes);
    expect(snapshot(attachState(shareState(state)))).toStrictEqual(bytes);
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
