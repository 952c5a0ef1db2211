/** A fix changes a text in one place: comments, indentation, quotes and line breaks stay as they are. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAllDocuments, stringify } from "yaml";
import { type Finding, lint, loadState } from "../../bindings/inline.ts";
import { inserted, patched } from "./patch.ts";

const HEAD = `apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
---
`;
const META = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: p, namespace: shop }\n";
const JSON_META =
  '"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"p","namespace":"shop"}';

const findingsOf = (text: string): readonly Finding[] =>
  lint(loadState([HEAD, { file: "p.yaml", text }])).filter(
    ({ id, source }) => source?.file === "p.yaml" && (id === "dead-rules" || id === "metadata-address"),
  );

/** The object that a text holds: alone, or in a list. */
const objectOf = (text: string): object => {
  // The package takes a CR by itself for no line break.
  const value = parseAllDocuments(text.replaceAll(/\r(?!\n)/g, "\n"))
    .findLast(({ contents }) => contents !== null && contents.range[0] !== contents.range[1])
    ?.toJS();
  return value.kind === "List" ? value.items.at(-1) : value;
};

const dead = (types: string, rest = ""): string =>
  `${META}spec:\n  podSelector: {} # all\n${types}\n  egress: # never\n    - {}\n${rest}`;
const wide = (block: string): string =>
  `${META}spec:\n  podSelector: {}\n  policyTypes: [Egress]\n  egress:\n    - to:\n${block}\n      ports: [{ port: 80 }]\n`;

const CASES: readonly (readonly [string, string, string])[] = [
  ["a flow list", dead("  policyTypes: [Ingress]  # one"), "  policyTypes: [Ingress, Egress]  # one\n"],
  [
    "a block list",
    dead("  policyTypes:\n    - Ingress # one\n    # none"),
    "    - Ingress # one\n    - Egress\n    # none\n",
  ],
  [
    "a block list without indentation",
    dead("  policyTypes:\n  - Ingress"),
    "  policyTypes:\n  - Ingress\n  - Egress\n",
  ],
  ["quotes", dead('  policyTypes: ["Ingress"]'), '  policyTypes: ["Ingress", "Egress"]\n'],
  ["a flow list over lines", dead("  policyTypes: [\n    Ingress\n  ]"), "[\n    Ingress,\n    Egress\n  ]\n"],
  ["a final comma", dead("  policyTypes: [Ingress,]"), "  policyTypes: [Ingress, Egress,]\n"],
  [
    "no line break at the end",
    `${META}spec: {podSelector: {}, egress: [{}], policyTypes: [Ingress]}`,
    "[Ingress, Egress]}",
  ],
  [
    "the end of a text",
    `${META}spec:\n  podSelector: {}\n  egress: [{}]\n  policyTypes:\n  - Ingress # last`,
    "  - Ingress # last\n  - Egress",
  ],
  [
    "the end of a document",
    `${META}spec:\n  podSelector: {}\n  egress: [{}]\n  policyTypes:\n  - Ingress # last\n\n# about the next\n---\n`,
    "  - Ingress # last\n  - Egress\n\n# about the next\n---\n",
  ],
  [
    "an item of a List",
    `apiVersion: v1\nkind: List\nitems:\n- ${META.replaceAll("\n", "\n  ")}spec:\n    podSelector: {}\n    egress: [{}]\n    policyTypes:\n    - Ingress\n`,
    "    - Ingress\n    - Egress\n",
  ],
  [
    "a new field of a block mapping",
    wide("        - ipBlock:\n            cidr: 0.0.0.0/0 # all"),
    "            cidr: 0.0.0.0/0 # all\n            except:\n              - 169.254.169.254/32\n      ports",
  ],
  [
    "a block mapping whose only key is explicit",
    wide("        - ipBlock:\n            ? cidr\n            : 0.0.0.0/0"),
    "            ? cidr\n            : 0.0.0.0/0\n            except:\n              - 169.254.169.254/32\n      ports",
  ],
  [
    "a block mapping whose only key is explicit, in a line with its list",
    wide("        -  ipBlock: { cidr: 10.0.0.0/8 }\n        - ? ipBlock\n          : ? cidr\n            : 0.0.0.0/0"),
    "          : ? cidr\n            : 0.0.0.0/0\n            except:\n              - 169.254.169.254/32\n      ports",
  ],
  [
    "a block mapping whose only key has a tag",
    wide("        - ipBlock:\n            !!str cidr: 0.0.0.0/0"),
    "            !!str cidr: 0.0.0.0/0\n            except:\n              - 169.254.169.254/32\n      ports",
  ],
  [
    "a block mapping whose only key has an anchor",
    wide("        - ipBlock:\n            &k cidr: 0.0.0.0/0"),
    "            &k cidr: 0.0.0.0/0\n            except:\n              - 169.254.169.254/32\n      ports",
  ],
  [
    "a block mapping whose only key is an alias",
    wide("        - ipBlock:\n            *c : 0.0.0.0/0").replace("name: p,", "labels: { a: &c cidr }, name: p,"),
    "            *c : 0.0.0.0/0\n            except:\n              - 169.254.169.254/32\n      ports",
  ],
  [
    "an object whose first key is explicit",
    dead("  policyTypes: [Ingress]").replace("apiVersion: ", "? apiVersion\n: "),
    "  policyTypes: [Ingress, Egress]\n",
  ],
  [
    "an object whose first key has a tag",
    `apiVersion: v1\nkind: List\nitems:\n- !!str ${META.replaceAll("\n", "\n  ")}spec:\n    podSelector: {}\n    egress: [{}]\n    policyTypes:\n    - Ingress\n`,
    "    - Ingress\n    - Egress\n",
  ],
  [
    "an object beside others that it has aliases to",
    `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: { name: c }\n  data: &labels { app: web }\n- ${META.replaceAll("\n", "\n  ")}spec:\n    podSelector: { matchLabels: *labels }\n    egress: [{}]\n    policyTypes:\n    - Ingress\n`,
    "    - Ingress\n    - Egress\n",
  ],
  [
    "a new field of a flow mapping",
    wide('        - { ipBlock: { "cidr": "0.0.0.0/0" } }'),
    '{ "cidr": "0.0.0.0/0", "except": ["169.254.169.254/32"] } }\n',
  ],
  [
    "one more item",
    wide("        - ipBlock:\n            except:\n            - 10.0.0.0/8 # ours\n            cidr: 0.0.0.0/0"),
    "            - 10.0.0.0/8 # ours\n            - 169.254.169.254/32\n            cidr",
  ],
  ["an empty list", wide("        - ipBlock: { except: [], cidr: 0.0.0.0/0 }"), "except: [169.254.169.254/32],"],
  [
    "JSON on one line",
    `{${JSON_META},"spec":{"podSelector":{},"policyTypes":["Ingress"],"egress":[{}]}}`,
    '"policyTypes":["Ingress", "Egress"],',
  ],
  [
    "JSON over lines",
    `{\n  ${JSON_META},\n  "spec": {\n    "podSelector": {},\n    "policyTypes": [\n      "Ingress"\n    ],\n    "egress": [{}]\n  }\n}\n`,
    '[\n      "Ingress",\n      "Egress"\n    ],',
  ],
  [
    "a new field in JSON",
    `{${JSON_META},"spec":{"podSelector":{},"policyTypes":["Egress"],"egress":[{"to":[{"ipBlock":{"cidr":"0.0.0.0/0"}}]}]}}`,
    '{"cidr":"0.0.0.0/0", "except": ["169.254.169.254/32"]}',
  ],
  [
    "an empty list in JSON",
    `{${JSON_META},"spec":{"podSelector":{},"policyTypes":["Egress"],"egress":[{"to":[{"ipBlock":{"except":[ ],"cidr":"0.0.0.0/0"}}]}]}}`,
    '"except":["169.254.169.254/32" ]',
  ],
];

describe.each(CASES)("%s", (_, text, expected) => {
  it.each([
    ["", text, expected],
    ["with CRLF", text.replaceAll("\n", "\r\n"), expected.replaceAll("\n", "\r\n")],
    ["with CR alone", text.replaceAll("\n", "\r"), expected.replaceAll("\n", "\r")],
    ["with CR alone at the end", `${text.replace(/\n$/, "")}\r`, expected.replace(/\n$/, "")],
  ])("is mended in its place %s", (__, written, mended) => {
    const [finding, ...more] = findingsOf(written);
    expect(more).toEqual([]);
    const { insertions = [], patch = [] } = finding?.fix ?? {};
    expect(insertions.length).toBe(1);
    const after = inserted(written, insertions);
    expect(after).toContain(mended);
    // All that was there is there still.
    expect(after.replace(insertions[0]?.text ?? "", "")).toBe(written);
    expect(findingsOf(after).filter(({ id }) => id === finding?.id)).toEqual([]);
    // Text and object say the same.
    expect(objectOf(after)).toEqual(patched(objectOf(written), patch));
  });
});

const block = fc.record(
  { cidr: fc.constant("0.0.0.0/0"), except: fc.subarray(["10.0.0.0/8", "192.0.2.0/24"], { minLength: 1 }) },
  { requiredKeys: ["cidr"] },
);
const written = fc.record({
  peers: fc.array(block, { minLength: 1, maxLength: 3 }),
  dead: fc.boolean(),
  indent: fc.integer({ min: 1, max: 4 }),
  indentSeq: fc.boolean(),
  collectionStyle: fc.constantFrom("any" as const, "block" as const, "flow" as const),
  flowCollectionPadding: fc.boolean(),
  defaultStringType: fc.constantFrom("PLAIN" as const, "QUOTE_SINGLE" as const, "QUOTE_DOUBLE" as const),
  lineWidth: fc.constantFrom(0, 60, 80),
  inList: fc.boolean(),
});

it("however a policy is written, text and object are mended alike", () => {
  fc.assert(
    fc.property(written, ({ peers, dead: isDead, inList, ...options }) => {
      const object = {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "p", namespace: "shop" },
        spec: {
          egress: [{ to: peers.map((ipBlock) => ({ ipBlock })) }],
          podSelector: {},
          policyTypes: isDead ? ["Ingress"] : ["Ingress", "Egress"],
        },
      };
      const value = inList ? { apiVersion: "v1", kind: "List", items: [object] } : object;
      const text = stringify(value, { ...options, aliasDuplicateObjects: false });
      let [after, mended] = [text, object as object];
      // From the last one up, so that what is before stays where it is.
      for (const { fix } of findingsOf(text).toReversed()) {
        expect(fix?.insertions?.length).toBe(1);
        after = inserted(after, fix?.insertions ?? []);
        mended = patched(mended, fix?.patch ?? []);
      }
      expect(after).not.toBe(text);
      expect(objectOf(after)).toEqual(mended);
    }),
    { numRuns: 300 },
  );
});

it("a document that begins with a byte order mark, below another one, is mended in its place", () => {
  const spec = (types: string) => `"spec": { "podSelector": {}, "policyTypes": [${types}], "egress": [{}] }`;
  const first = `apiVersion: v1\nkind: Namespace\nmetadata: { name: other }\n---\n`;
  const text = (types: string) => `${first}\ufeff{ ${JSON_META}, ${spec(types)} }\n`;
  const fixes = findingsOf(text('"Ingress"')).flatMap(({ fix }) => fix?.insertions ?? []);
  expect(inserted(text('"Ingress"'), fixes)).toBe(text('"Ingress", "Egress"'));
});

describe("no text is changed", () => {
  const of = (text: string) => {
    const [finding] = findingsOf(text);
    expect(finding?.fix?.patch.length).toBe(1);
    return finding?.fix?.insertions;
  };

  it.each([
    ["an anchor of the list", dead("  policyTypes: &types [Ingress]")],
    ["an anchor above it", `${META}spec: &spec\n  podSelector: {}\n  policyTypes: [Ingress]\n  egress: [{}]\n`],
  ])("under %s", (_, text) => {
    expect(of(text)).toBeUndefined();
  });

  it.each([
    [
      "a list",
      wide(
        "        - ipBlock:\n            cidr: 0.0.0.0/0\n            except: [\n              10.0.0.0/8 # ours\n            ]",
      ),
    ],
    ["a list that ends with a comma", dead("  policyTypes: [\n    Ingress, # only\n  ]")],
    ["a mapping", wide("        - ipBlock: {\n            cidr: 0.0.0.0/0 # all\n          }")],
  ])("where a comment follows the last entry of %s in brackets", (_, text) => {
    expect(of(text)).toBeUndefined();
  });

  it.each([
    ["a key below its mark", wide("        - ipBlock:\n            ?\n              cidr\n            : 0.0.0.0/0")],
  ])("where it would not read as the patched object: %s", (_, text) => {
    expect(of(text)).toBeUndefined();
  });

  it("where the field is there and says nothing", () => {
    expect(of(wide("        - ipBlock:\n            except:\n            cidr: 0.0.0.0/0"))).toBeUndefined();
  });

  it("under an alias", () => {
    const text = `apiVersion: v1\nkind: List\nitems:\n- ${META.replace("name: p", "name: q").replaceAll("\n", "\n  ")}spec: { podSelector: {}, policyTypes: &t [Ingress] }\n- ${META.replaceAll("\n", "\n  ")}spec: { podSelector: {}, policyTypes: *t, egress: [{}] }\n`;
    expect(of(text)).toBeUndefined();
  });

  it("under a merge key", () => {
    const text = wide("        - ipBlock:\n            <<: { except: [] }\n            cidr: 0.0.0.0/0");
    expect(of(text)).toBeUndefined();
  });

  it("of objects that were none", () => {
    const text = dead("  policyTypes: [Ingress]");
    const findings = lint(loadState([HEAD, objectOf(text)]));
    const fix = findings.find(({ id }) => id === "dead-rules")?.fix;
    expect([fix?.patch.length, fix?.insertions]).toEqual([1, undefined]);
  });
});
