/** What a state from a snapshot with its sources says of policies: the very answers of the state that it was taken of. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, describe as group, it } from "vitest";
import {
  attachState,
  describe,
  evaluate,
  explain,
  type Finding,
  type Flow,
  lint,
  loadSnapshot,
  loadState,
  NetverdictError,
  type State,
  selectedPods,
  selectingPolicies,
  shareState,
  snapshot,
  updateState,
} from "../../bindings/inline.ts";
import { withCore } from "../../bindings/slim.ts";
import { layOut, readHeader, writeHeader } from "../../sdk/snapshot/format.ts";
import { internalsOf } from "../../sdk/state.ts";
import { clusterNetworkPolicyStates } from "../conformance/cluster-network-policy.ts";
import { e2eStates } from "../conformance/e2e.ts";
import { INSPECT, moduleOf, QUERY, RELEASE } from "../core/core.ts";
import { namespace, pod, policy } from "../docs/objects.ts";
import { EXAMPLES, readExpected } from "../examples/example.ts";
import { type Case, generateCase } from "../fuzz/generate.ts";
import { EditCase } from "../update/edit-cases.ts";
import { attempt } from "./answers.ts";

const SEED = 20260403;

function twin(state: State): State {
  return loadSnapshot(snapshot(state, { explain: true }));
}

/** Answers to all that needs policies. */
function answers(state: State, flows: readonly Flow[], policies: readonly string[], changes = false): unknown[] {
  return [
    ...flows.map((flow) => attempt(() => explain(state, flow, { changes }))),
    ...flows.map(({ from }) => attempt(() => selectingPolicies(state, from))),
    ...policies.map((policy) => attempt(() => selectedPods(state, policy))),
    attempt(() => findings(state)),
  ];
}

/** What lint finds; snapshots keep no texts, so there is nothing to insert into. */
function findings(state: State): Finding[] {
  return lint(state).map(({ fix, ...finding }) => ({
    ...finding,
    ...(fix !== undefined && { fix: { message: fix.message, patch: fix.patch } }),
  }));
}

/** Names of the NetworkPolicies of a state. */
function policiesOf(state: State): string[] {
  const objects = internalsOf(state).full?.objects.networkPolicies ?? [];
  return objects.map(({ namespace, name }) => `${namespace}/${name}`);
}

function loaded({ objects, options }: Pick<Case, "objects" | "options">): State | undefined {
  const state = attempt(() => loadState(objects, options));
  return "issues" in state ? undefined : state;
}

group("a state from a snapshot with its sources says what the state that it was taken of says", () => {
  it("of what lint alone looks at: annotations, what the API server calls, an egress list that is empty", () => {
    const state = loadState([{ file: "lint.yaml", text: LINTED }]);
    const found = findings(state);
    expect(found.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["bad-suppression", "empty-egress", "webhook-cut", "metadata-address"]),
    );
    expect(found.filter(({ suppressedBy }) => suppressedBy === "object").map(({ id }) => id)).toEqual(["half-open"]);
    expect(lint(state).some(({ fix }) => fix?.insertions !== undefined)).toBe(true);
    expect(lint(twin(state))).toStrictEqual(found);
  });

  it("of random clusters, their tiers, and flows of every form", { timeout: 300_000 }, () => {
    let explained = 0;
    const said = new Set<string>();
    for (let index = 0; index < 40; index++) {
      const made = generateCase(SEED, index);
      // Every other one has places to tell of.
      const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: made.objects }, null, 1);
      const state = loaded(index % 2 === 0 ? made : { objects: [{ file: "all.json", text }], options: made.options });
      if (state === undefined) continue;
      const flows = made.flows.slice(0, 40);
      const expected = answers(state, flows, policiesOf(state).slice(0, 10));
      expect(answers(twin(state), flows, policiesOf(state).slice(0, 10)), `case ${index}`).toStrictEqual(expected);
      explained += flows.length;
      for (const [, tier] of JSON.stringify(expected).matchAll(/"tier":"([a-z0-9-]+)"/g)) said.add(tier ?? "");
    }
    expect(explained).toBeGreaterThan(1000);
    expect([...said].sort()).toEqual(["admin", "admin-v1alpha1", "baseline", "baseline-v1alpha1", "network-policy"]);
  });

  it("with the changes that would turn a verdict", { timeout: 300_000 }, () => {
    let changes = 0;
    for (let index = 0; index < 12; index++) {
      const made = generateCase(SEED + 1, index);
      const state = made.objects.length > 60 ? undefined : loaded(made);
      if (state === undefined) continue;
      const expected = answers(state, made.flows.slice(0, 8), [], true);
      expect(answers(twin(state), made.flows.slice(0, 8), [], true), `case ${index}`).toStrictEqual(expected);
      changes += JSON.stringify(expected).match(/"apply":/g)?.length ?? 0;
    }
    expect(changes).toBeGreaterThan(20);
  });

  it.each([
    ["Kubernetes", e2eStates()],
    ["ClusterNetworkPolicy", clusterNetworkPolicyStates()],
  ])("of the conformance tables of %s", { timeout: 300_000 }, (_, tables) => {
    for (const { name, objects, expectations } of tables) {
      const state = loadState(objects);
      // Some of each table's many pairs, and all of a small one.
      const step = Math.ceil(expectations.length / 30);
      const flows = expectations.filter((__, i) => i % step === 0).map(({ flow }) => flow);
      const expected = answers(state, flows, policiesOf(state));
      expect(answers(twin(state), flows, policiesOf(state)), name).toStrictEqual(expected);
      expect(JSON.stringify(expected)).not.toContain('"issues"');
    }
  });

  it("of texts, with the places in their files", () => {
    const folder = join(EXAMPLES, "shop", "manifests");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".yaml"))
      .map((name) => ({ file: name, text: readFileSync(join(folder, name), "utf8") }));
    const state = loadState(files);
    const copy = twin(state);
    const flows = readExpected("shop").flows.map(({ flow }) => flow as Flow);
    const expected = answers(state, flows, policiesOf(state), true);
    expect(answers(copy, flows, policiesOf(state), true)).toStrictEqual(expected);
    // Rules, peers, ports and what is in them have lines of their own.
    const lines = JSON.stringify(expected).match(/"file":"[^"]+","line":\d+,"column":\d+/g) ?? [];
    expect(new Set(lines).size).toBeGreaterThan(30);

    const policy = internalsOf(state).full?.objects.networkPolicies[0];
    const text = files.find(({ file }) => file === policy?.origin.file)?.text.split(/^---$/m) ?? [];
    const written = text.find((one) => one.includes("kind: NetworkPolicy"));
    expect(written).toBeDefined();
    expect(describe(written ?? "", { state: copy })).toBe(describe(written ?? "", { state }));
  });

  it("of a CNI plugin, by name and as it is recognised", () => {
    for (const cni of ["flannel", "cilium", { name: "calico", version: "3.21.0" }, "auto"] as const) {
      const made = generateCase(SEED + 2, 4);
      const state = loadState(made.objects, { ...made.options, cni });
      const expected = answers(state, made.flows.slice(0, 20), []);
      expect(JSON.stringify(expected)).toContain('"enforced"');
      expect(answers(twin(state), made.flows.slice(0, 20), [])).toStrictEqual(expected);
    }
  });

  it("after updates, by indices too", { timeout: 300_000 }, () => {
    let updates = 0;
    let indices = 0;
    for (let index = 0; index < 15; index++) {
      const made = new EditCase(SEED, index);
      const state = attempt(() => loadState([...made.objects.values()], made.options));
      if ("issues" in state) continue;
      for (let round = 0; round < 3; round++) {
        const { call, after } = made.call();
        if ("issues" in attempt(() => updateState(state, { upsert: call.upsert, remove: call.remove }))) continue;
        made.accept(after);
        updates++;
      }
      const copy = twin(state);
      const flows = made.flows(15);
      expect(answers(copy, flows, policiesOf(state))).toStrictEqual(answers(state, flows, policiesOf(state)));
      for (const { namespace, name } of internalsOf(state).full?.objects.pods ?? []) {
        const pod = attempt(() => state.podIndex(namespace, name));
        if (typeof pod !== "number") continue;
        const flow = [{ from: pod, to: "198.51.100.1", port: 80 }];
        expect(answers(copy, flow, [])).toStrictEqual(answers(state, flow, []));
        indices++;
      }
      const nobody = [
        { from: 100_000, to: "198.51.100.1", port: 80 },
        { from: 100_000, to: "198.51.100.1", port: 70_000 },
        { from: -1, to: "198.51.100.1" },
      ];
      expect(answers(copy, nobody, [])).toStrictEqual(answers(state, nobody, []));
    }
    expect(updates).toBeGreaterThan(25);
    expect(indices).toBeGreaterThan(50);
  });
});

group("a snapshot with its sources", () => {
  const made = generateCase(SEED, 2);
  const state = loadState(made.objects, made.options);
  const plain = snapshot(state);
  const bytes = snapshot(state, { explain: true });

  it("begins with what the one without has, which stays as it is", () => {
    expect(Buffer.compare(snapshot(state, { explain: false }), plain)).toBe(0);
    expect(bytes.length).toBeGreaterThan(plain.length);
    // All but the version, the length and the checksum.
    expect(Buffer.compare(bytes.subarray(64, plain.length), plain.subarray(64))).toBe(0);
  });

  it("of a state from it is the same bytes, and has what was asked for or is refused", () => {
    expect(Buffer.compare(snapshot(loadSnapshot(bytes)), bytes)).toBe(0);
    expect(Buffer.compare(snapshot(loadSnapshot(bytes), { explain: true }), bytes)).toBe(0);
    expect(codeOf(() => snapshot(loadSnapshot(plain), { explain: true }))).toBe("needs-full-state");
  });

  it("can be shared, and attached states explain too", () => {
    const flows = made.flows.slice(0, 20);
    const expected = answers(state, flows, []);
    expect(answers(attachState(shareState(state, { explain: true })), flows, [])).toStrictEqual(expected);
    expect(answers(attachState(shareState(loadSnapshot(bytes))), flows, [])).toStrictEqual(expected);
    const attached = attachState(shareState(state));
    expect(codeOf(() => lint(attached))).toBe("needs-full-state");
  });

  it("is explained by netverdict/slim with its whole core, and not with the one that only answers", () => {
    const flows = made.flows.slice(0, 10);
    const expected = flows.map((flow) => attempt(() => explain(state, flow)));
    const whole = withCore({ core: moduleOf(RELEASE), inspect: moduleOf(INSPECT) });
    const copy = whole.loadSnapshot(bytes);
    expect(flows.map((flow) => attempt(() => whole.explain(copy, flow)))).toStrictEqual(expected);
    const query = withCore({ core: moduleOf(QUERY), inspect: moduleOf(INSPECT) });
    expect(codeOf(() => query.lint(query.loadSnapshot(bytes)))).toBe("invalid-input");
  });

  it("whose sources are another's is refused when it is asked", () => {
    const flow = { from: "a/web", to: "a/db", port: 80 };
    const pods = [namespace("a"), pod("a/web", { ips: ["10.0.0.1"] }), pod("a/db", { ips: ["10.0.0.2"] })];
    const closed = loadState([...pods, policy("a/p", { podSelector: {} })]);
    const copy = loadSnapshot(
      withSourcesOf(snapshot(loadState(pods), { explain: true }), snapshot(closed, { explain: true })),
      {
        verify: false,
      },
    );
    expect(evaluate(copy, flow).verdict).toBe("allow");
    expect(codeOf(() => explain(copy, flow))).toBe("invalid-snapshot");
  });

  it("is needed for explanations, and still refuses what changes a state", () => {
    const flow = { from: "203.0.113.1", to: "203.0.113.2", port: 80 };
    for (const ask of [
      (asked: State) => explain(asked, flow),
      (asked: State) => lint(asked),
      (asked: State) => selectingPolicies(asked, { namespace: "a", labels: {} }),
    ]) {
      expect(codeOf(() => ask(loadSnapshot(plain)))).toBe("needs-full-state");
      expect(() => ask(loadSnapshot(bytes))).not.toThrow();
    }
    const web = loadState([namespace("a"), pod("a/web", { ips: ["10.0.0.1"] }), policy("a/p", { podSelector: {} })]);
    const copy = twin(web);
    const future = { from: { namespace: "a", labels: {} }, to: "a/web", port: 80 };
    expect(explain(copy, future)).toStrictEqual(explain(web, future));
    expect(codeOf(() => explain(copy, null as unknown as Flow))).toBe("invalid-flow");
    expect(codeOf(() => evaluate(copy, future))).toBe("needs-full-state");
    expect(codeOf(() => updateState(copy, { remove: [] }))).toBe("needs-full-state");
  });

  it.each([
    ["an option that there is not", { explian: true }, ["explian"]],
    ["an option that is neither true nor false", { explain: "yes" }, ["explain"]],
  ])("is not made with %s", (_, options, path) => {
    const said = attempt(() => snapshot(state, options as object));
    expect("issues" in said && said.issues).toMatchObject([{ code: "invalid-option", path }]);
  });
});

/** A snapshot with the last section of another. */
function withSourcesOf(snapshot: Uint8Array, other: Uint8Array): Uint8Array {
  const [layout, { sources }] = [readHeader(snapshot), readHeader(other)];
  const { arena, names, state, objects } = layout;
  const next = layOut([arena.bytes, names.bytes, state.bytes, objects.bytes, sources?.bytes]);
  const made = new Uint8Array(next.bytes);
  made.set(snapshot.subarray(0, objects.offset + objects.bytes));
  writeHeader(made, next);
  if (sources !== undefined && next.sources !== undefined) {
    made.set(other.subarray(sources.offset, sources.offset + sources.bytes), next.sources.offset);
  }
  return made;
}

function codeOf(ask: () => unknown): string {
  const said = attempt(ask);
  return typeof said === "object" && said !== null && "issues" in said
    ? new NetverdictError((said as { issues: NetverdictError["issues"] }).issues).code
    : "answered";
}

const LINTED = `apiVersion: v1
kind: Pod
metadata: { name: hook, namespace: shop, labels: { app: hook } }
spec: { containers: [{ name: main, ports: [{ containerPort: 8443 }] }], nodeName: n2 }
status: { podIP: 10.0.0.1 }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { containers: [{ name: main }], nodeName: n2 }
status: { podIP: 10.0.0.2 }
---
apiVersion: v1
kind: Service
metadata: { name: hook, namespace: shop }
spec: { clusterIP: 10.96.0.9, selector: { app: hook }, ports: [{ port: 443, targetPort: 8443 }] }
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: hook }
webhooks:
  - name: hook.example.com
    clientConfig: { service: { namespace: shop, name: hook } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: hook
  namespace: shop
  annotations:
    netverdict.dev/suppress.half-open: the clients come next week
    netverdict.dev/suppress.nothing: no such rule
    other.example/note: not kept
spec:
  podSelector: { matchLabels: { app: hook } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }]
  egress: []
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Egress]
  egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8] } }] }]
`;
