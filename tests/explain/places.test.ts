/** File, line and column of what an explanation names, in every form that manifests come in. */
import { describe, expect, it } from "vitest";
import { explain, loadSnapshot, loadState, renderExplanation, snapshot } from "../../bindings/inline.ts";
import type { LoadInput } from "../../sdk/types.ts";

const PODS = ["web", "db"].map((name, i) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { namespace: "shop", name, labels: { app: name } },
  status: { podIPs: [{ ip: `10.0.0.${i + 1}` }] },
}));
const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: shop, name: db }
spec:
  podSelector: &db { matchLabels: { app: db } }
  ingress:
    - from: [{ podSelector: {} }]
      ports: [{ port: 80 }]
    - from:
        - podSelector: *db
      ports:
        - protocol: UDP
          port: 5432
`;
const OBJECT = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { namespace: "shop", name: "db" },
  spec: {
    podSelector: { matchLabels: { app: "db" } },
    ingress: [
      { from: [{ podSelector: {} }], ports: [{ port: 80 }] },
      { from: [{ podSelector: { matchLabels: { app: "db" } } }], ports: [{ protocol: "UDP", port: 5432 }] },
    ],
  },
};

const indented = (text: string): string =>
  `- ${text.trimEnd().split("\n").join("\n  ")}\n`.split("\n").join("\n  ").trimEnd();

/** What stands at each place that is named for web → db on 5432/TCP, which both rules miss. */
function named(text: string): Record<string, string> {
  const input = [...PODS, { file: "policies", text }] as unknown as LoadInput;
  const { ingress } = explain(loadState(input), { from: "shop/web", to: "shop/db", port: 5432 }, { changes: false });
  const places = [...ingress.isolatedBy, ...ingress.nearMisses, ...ingress.nearMisses.flatMap(({ misses }) => misses)];
  return Object.fromEntries(
    places.map(({ path, source }) => {
      expect(source?.file).toBe("policies");
      const line = text.split("\n")[(source?.line ?? 0) - 1] ?? "";
      return [path.slice(1).join("."), line.slice((source?.column ?? 1) - 1).replace(/[\s,}\]]+$/, "")];
    }),
  );
}

describe("what is named is what stands there", () => {
  const WRITTEN = {
    "": "apiVersion: networking.k8s.io/v1",
    "ingress.0": "from: [{ podSelector: {",
    "ingress.1": "from:",
    "ingress.0.ports.0.port": "80",
    "ingress.1.from.0.podSelector": "*db",
    "ingress.1.ports.0.protocol": "UDP",
  };

  it.each([
    ["YAML, with an alias", POLICY],
    [
      "one of several documents",
      `# first\napiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n---\n${POLICY}---\n`,
    ],
    ["an item of a List", `apiVersion: v1\nkind: List\nitems:\n  ${indented(POLICY)}\n`],
    ["lines that end as on Windows", POLICY.replaceAll("\n", "\r\n")],
  ])("%s", (_, text) => {
    expect(named(text)).toMatchObject(WRITTEN);
  });

  it.each([
    ["JSON", OBJECT, 2],
    ["a List in JSON", { apiVersion: "v1", kind: "List", items: [OBJECT] }, 1],
  ])("%s", (_, object, space) => {
    expect(named(JSON.stringify(object, undefined, space))).toMatchObject({
      "": "{",
      "ingress.0": "{",
      "ingress.1": "{",
      "ingress.0.ports.0.port": "80",
      // Of what has entries, where its key stands.
      "ingress.1.from.0.podSelector": '"podSelector": {',
      "ingress.1.ports.0.protocol": '"UDP"',
    });
  });
});

describe("policies that are not modelled", () => {
  const text = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { namespace: shop, name: db }
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { namespace: other, name: db }
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: all }
`;
  const all = { kind: "GlobalNetworkPolicy", name: "all" };
  const flow = { from: "shop/web", to: "shop/db", port: 5432 };

  it("are told with file and line where they could touch a pod, from a snapshot too", () => {
    const state = loadState([...PODS, { file: "others.yaml", text }]);
    const explanation = explain(state, flow, { changes: false });
    expect(explanation.unmodelled).toEqual([
      {
        policy: { kind: "CiliumNetworkPolicy", namespace: "shop", name: "db" },
        path: [],
        source: { file: "others.yaml", line: 1, column: 1 },
      },
      { policy: all, path: [], source: { file: "others.yaml", line: 9, column: 1 } },
    ]);
    expect(renderExplanation(explanation)).toContain("\n  GlobalNetworkPolicy all  others.yaml:9:1\n");
    const again = loadSnapshot(snapshot(state, { explain: true }));
    expect(explain(again, flow, { changes: false })).toStrictEqual(explanation);
  });

  it("have no line where they were no text, and are not there where there are none", () => {
    const object = { apiVersion: "projectcalico.org/v3", kind: "GlobalNetworkPolicy", metadata: { name: "all" } };
    const explanation = explain(loadState([...PODS, object]), flow, { changes: false });
    expect(explanation.unmodelled).toEqual([{ policy: all, path: [] }]);
    expect(renderExplanation(explanation)).not.toContain("\n  GlobalNetworkPolicy");
    expect(explain(loadState(PODS), flow, { changes: false })).not.toHaveProperty("unmodelled");
  });
});
