/** What a NetworkPolicy has beside its spec. */
import { policyWith, withMetadata } from "../support.ts";
import { long, type Row } from "./row.ts";

const BIG = "x".repeat(256 * 1024);

export const OBJECT_ROWS: readonly Row[] = [
  ["a policy has a name", "required", "metadata.name", policyWith(`▶"metadata": {"namespace": "a"}`)],
  ["a policy has metadata", "required", "metadata.name", `▶${policyWith(`"spec": {}`)}`],
  ["a name is not empty", "required", "metadata.name", policyWith(`"metadata": {"name": ▶""}`)],
  ["a name is a string", "invalid-type", "metadata.name", policyWith(`"metadata": {"name": ▶1}`)],
  ["metadata is a mapping", "invalid-type", "metadata", policyWith(`"metadata": ▶"x"`)],
  ["a name has no upper case", "invalid-name", "metadata.name", policyWith(`"metadata": {"name": ▶"X"}`)],
  ["a name has no underscore", "invalid-name", "metadata.name", policyWith(`"metadata": {"name": ▶"a_b"}`)],
  ["a name does not start with a dash", "invalid-name", "metadata.name", policyWith(`"metadata": {"name": ▶"-a"}`)],
  ["a name does not end with a dot", "invalid-name", "metadata.name", policyWith(`"metadata": {"name": ▶"a."}`)],
  [
    "each part of a name starts with a letter or digit",
    "invalid-name",
    "metadata.name",
    policyWith(`"metadata": {"name": ▶"a.-b"}`),
  ],
  [
    "a name has at most 253 characters",
    "invalid-name",
    "metadata.name",
    policyWith(`"metadata": {"name": ▶"${long(254)}"}`),
  ],
  [
    "a generateName is checked as a name",
    "invalid-name",
    "metadata.generateName",
    policyWith(`"metadata": {"generateName": ▶"A-"}`),
  ],
  ["a namespace is a DNS label", "invalid-name", "metadata.namespace", withMetadata(`"namespace": ▶"a.b"`)],
  [
    "a namespace has at most 63 characters",
    "invalid-name",
    "metadata.namespace",
    withMetadata(`"namespace": ▶"${long(64)}"`),
  ],
  ["a label key is checked", "invalid-label-key", "metadata.labels", withMetadata(`"labels": {"a b": ▶"c"}`)],
  ["a label value is checked", "invalid-label-value", "metadata.labels", withMetadata(`"labels": {"a": ▶"b/c"}`)],
  ["a label value is a string", "invalid-type", "metadata.labels", withMetadata(`"labels": {"a": ▶1.5}`)],
  ["labels are a mapping", "invalid-type", "metadata.labels", withMetadata(`"labels": ▶"a"`)],
  [
    "an annotation key is a qualified name",
    "invalid-annotation",
    "metadata.annotations.a b",
    withMetadata(`"annotations": {"a b": ▶"c"}`),
  ],
  ["an annotation is a string", "invalid-type", "metadata.annotations.a", withMetadata(`"annotations": {"a": ▶1}`)],
  [
    "annotations have at most 256 KiB",
    "invalid-annotation",
    "metadata.annotations",
    withMetadata(`▶"annotations": {"a": "${BIG}"}`),
  ],
  ["metadata has no unknown keys", "unknown-field", "metadata.namepsace", withMetadata(`▶"namepsace": "a"`)],
  ["a policy has no unknown keys", "unknown-field", "sepc", policyWith(`"metadata": {"name": "x"}, ▶"sepc": {}`)],
  ["the spec is a mapping", "invalid-type", "spec", policyWith(`"metadata": {"name": "x"}, ▶"spec": []`)],
  [
    "the version is v1",
    "unsupported-api-version",
    "apiVersion",
    `{"apiVersion": ▶"networking.k8s.io/v1beta1", "kind": "NetworkPolicy", "metadata": {"name": "x"}}`,
  ],
  [
    "extensions/v1beta1 is gone",
    "unsupported-api-version",
    "apiVersion",
    `{"apiVersion": ▶"extensions/v1beta1", "kind": "NetworkPolicy", "metadata": {"name": "x"}}`,
  ],
  [
    "the core group has no NetworkPolicy",
    "unsupported-api-version",
    "apiVersion",
    `{"apiVersion": ▶"v1", "kind": "NetworkPolicy", "metadata": {"name": "x"}}`,
  ],
  [
    "a misspelt group drops no policy",
    "unsupported-api-version",
    "apiVersion",
    `{"apiVersion": ▶"network.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "x"}}`,
  ],
  [
    "a misspelt kind drops no policy",
    "unsupported-api-version",
    "kind",
    `{"apiVersion": "networking.k8s.io/v1", "kind": ▶"NetworkPolcy", "metadata": {"name": "x"}}`,
  ],
];
