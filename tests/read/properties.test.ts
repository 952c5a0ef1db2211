import fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { NetverdictError } from "../../sdk/errors.ts";
import { readInput } from "../../sdk/read/index.ts";
import { readJson } from "../../sdk/read/json.ts";
import { scanJson } from "../../sdk/read/json-scan.ts";
import { readYaml } from "../../sdk/read/yaml.ts";
import { problems, read } from "./support.ts";

/** Whether reading gives objects or a NetverdictError with issues; any other error fails the test. */
function isOrderly(input: object | string, readText = readYaml): boolean {
  try {
    readInput(input, { defaultNamespace: "default", readText });
  } catch (error) {
    expect(error).toBeInstanceOf(NetverdictError);
    expect((error as NetverdictError).issues.length).toBeGreaterThan(0);
  }
  return true;
}

const KEYS = [
  "apiVersion",
  "kind",
  "metadata",
  "name",
  "namespace",
  "labels",
  "spec",
  "status",
  "items",
  "podSelector",
  "ingress",
  "egress",
  "from",
  "_from",
  "to",
  "ports",
  "port",
  "endPort",
  "protocol",
  "ipBlock",
  "cidr",
  "except",
  "matchLabels",
  "matchExpressions",
  "key",
  "operator",
  "values",
  "policyTypes",
  "tier",
  "priority",
  "subject",
  "action",
  "namespaces",
  "pods",
  "namespaceSelector",
  "networks",
  "nodes",
  "domainNames",
  "protocols",
  "tcp",
  "destinationPort",
  "range",
  "start",
  "end",
  "portRange",
  "containers",
  "podIPs",
  "ip",
  "template",
  "ownerReferences",
  "endpoints",
  "addresses",
  "selector",
  "clusterIP",
  "file",
  "text",
  "__proto__",
  "constructor",
];
const WORDS = [
  "",
  "a",
  "Ingress",
  "Admin",
  "Accept",
  "Deny",
  "In",
  "Exists",
  "TCP",
  "10.0.0.0/8",
  "::/0",
  "v1",
  "Pod",
  "List",
  "NetworkPolicy",
  "networking.k8s.io/v1",
  "Service",
  "None",
];
const KINDS = [
  ["v1", "Pod"],
  ["v1", "Namespace"],
  ["v1", "Node"],
  ["v1", "Service"],
  ["v1", "List"],
  ["v1", "PodList"],
  ["discovery.k8s.io/v1", "EndpointSlice"],
  ["networking.k8s.io/v1", "NetworkPolicy"],
  ["policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy"],
  ["policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy"],
  ["policy.networking.k8s.io/v1alpha1", "BaselineAdminNetworkPolicy"],
  ["apps/v1", "StatefulSet"],
  ["batch/v1", "CronJob"],
  ["cilium.io/v2", "CiliumNetworkPolicy"],
] as const;

/** Something like a manifest: known keys and words in places where they belong and where they don't. */
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(...WORDS),
    fc.oneof(fc.integer({ min: -1, max: 70000 }), fc.double(), fc.boolean(), fc.constant(null), fc.constant(undefined)),
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie("tree"), { maxKeys: 5 }),
  ),
}));
const manifest = fc
  .tuple(fc.constantFrom(...KINDS), fc.dictionary(fc.constantFrom(...KEYS), tree, { maxKeys: 6 }))
  .map(([[apiVersion, kind], rest]) => ({
    metadata: { name: "a" },
    ...rest,
    apiVersion,
    kind,
  }));

test("whatever object is given, reading gives objects or a NetverdictError", () => {
  fc.assert(
    fc.property(manifest, (object) => isOrderly(object)),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(fc.array(manifest, { maxLength: 3 }), (objects) =>
      isOrderly({ apiVersion: "v1", kind: "List", items: objects }),
    ),
  );
});

test("whatever text is given, reading gives objects or a NetverdictError", () => {
  const pieces = fc
    .array(
      fc.constantFrom(
        "a",
        ": ",
        "- ",
        "\n",
        "  ",
        "[",
        "]",
        "{",
        "}",
        ",",
        '"',
        "'",
        "#",
        "&a ",
        "*a",
        "!t ",
        "|",
        ">",
        "---\n",
        "...\n",
        "? ",
        "<<: ",
        "%YAML 1.1\n",
        "\t",
        "kind",
        "Pod",
        "0x1",
        "1e3",
        "\\",
        "\r\n",
        "\uFEFF",
        "null",
        "~",
        ".nan",
      ),
      { maxLength: 30 },
    )
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.oneof(fc.string(), pieces), (text) => isOrderly(text) && isOrderly(text, readJson)),
    { numRuns: 3000 },
  );
});

test("a text cut short or changed in one place is read or refused in good order", () => {
  const text = fc
    .tuple(manifest, fc.boolean())
    .map(([object, json]) => (json ? JSON.stringify(object) : stringify(JSON.parse(JSON.stringify(object)))));
  const damaged = fc.tuple(text, fc.nat(), fc.string({ maxLength: 2 }), fc.nat(2)).map(([whole, at, insert, cut]) => {
    const place = at % (whole.length + 1);
    return whole.slice(0, place) + insert + whole.slice(place + cut);
  });
  fc.assert(
    fc.property(damaged, (given) => isOrderly(given)),
    { numRuns: 1000 },
  );
});

/** What reading an input comes to: the problems without positions, or what was read without origins. */
function outcome(input: object | string): unknown {
  const found = problems(input).map((problem) => problem.replace(/ @[0-9:]+$/, ""));
  if (found.length > 0) return found;
  return JSON.parse(
    JSON.stringify(read(input), (key, value: unknown) => (key === "origin" || key === "source" ? undefined : value)),
  );
}

test("an object, its JSON and its YAML are read alike", () => {
  fc.assert(
    fc.property(manifest, (object) => {
      const json = JSON.stringify(object);
      const plain = JSON.parse(json) as object;
      const expected = outcome(plain);
      expect(outcome(json)).toEqual(expected);
      expect(outcome(JSON.stringify(plain, null, 2))).toEqual(expected);
      expect(outcome(`# YAML\n${json}`)).toEqual(expected);
      expect(outcome(stringify(plain, { aliasDuplicateObjects: false }))).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test("the scanner passes exactly the texts that JSON.parse accepts", () => {
  const accepts = (text: string): boolean => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  const pieces = fc
    .array(
      fc.constantFrom(
        '"a"',
        '"',
        ":",
        ",",
        "{",
        "}",
        "[",
        "]",
        "1",
        "-",
        "0",
        ".",
        "e",
        "+",
        "true",
        "null",
        "fals",
        "\\u00e9",
        "\\",
        " ",
        "\n",
        "\t",
        "\u0000",
        "\u00a0",
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join(""));
  const damaged = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom("", "0", '"', ",", "}", "\\"))
    .map(([text, at, insert]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + insert + text.slice(place + 1);
    });
  fc.assert(
    fc.property(fc.oneof(pieces, fc.json(), damaged), (text) => {
      const { values, fault } = scanJson(text);
      // Several values may follow one another, and a text may be empty.
      expect(fault === undefined && values.length === 1).toBe(accepts(text) && fault?.code !== "limit-exceeded");
      for (const { start, end } of values) expect(accepts(text.slice(start.offset, end))).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

test("the scanner finds duplicate keys exactly where JSON.parse drops one", () => {
  const countKeys = (value: unknown): number => {
    if (typeof value !== "object" || value === null) return 0;
    if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countKeys(item), 0);
    return Object.values(value).reduce<number>((sum, item) => sum + countKeys(item), Object.keys(value).length);
  };
  const { object } = fc.letrec((tie) => ({
    object: fc.oneof(
      { depthSize: "small" },
      fc.constant({ text: "1", keys: 0 }),
      fc
        .array(fc.tuple(fc.constantFrom("a", "b", "\\u0061", "c\\n", "__proto__", "Aa", "BB"), tie("object")), {
          maxLength: 40,
        })
        .map((fields) => {
          const members = fields.map(([key, value]) => `"${key}":${(value as { text: string }).text}`);
          return {
            text: `{${members.join(",")}}`,
            keys: fields.reduce((sum, [, value]) => sum + 1 + (value as { keys: number }).keys, 0),
          };
        }),
    ),
  }));
  fc.assert(
    fc.property(object, (given) => {
      const { text, keys } = given as { text: string; keys: number };
      const lost = keys - countKeys(JSON.parse(text));
      expect(scanJson(text).duplicates.length > 0).toBe(lost > 0);
    }),
    { numRuns: 500 },
  );
});
