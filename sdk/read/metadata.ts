/** What every object has: name, namespace, labels, owners. */
import { type Fields, isAbsent, isRecord, type Raw } from "./fields.ts";
import { dnsLabelFault, dnsSubdomainFault, labelKeyFault } from "./names.ts";
import type { Labels, Origin, OwnerReference } from "./objects.ts";
import { NO_LABELS, readLabels } from "./selectors.ts";

/** The object being read, and what surrounds it. */
export interface ObjectContext {
  readonly fields: Fields;
  /** Name and namespace as they identify the object: `generateName` and the default namespace have been applied. */
  readonly name: string;
  readonly namespace: string;
  readonly root: Raw;
  /** `metadata`, if it is a mapping. */
  readonly metadata: Raw | undefined;
  readonly origin: Origin;
}

/** Checks name and namespace, and reads the labels. `nameGrammar` is that of the kind. */
export function readMetadata(context: ObjectContext, nameGrammar: "label" | "subdomain"): Labels {
  const { fields, root, metadata, namespace } = context;
  if (metadata === undefined) {
    // A `metadata` of another type has been reported.
    if (isAbsent(root.metadata)) fields.fail("required", "`metadata` with a `name` is required", "metadata", "name");
    return NO_LABELS;
  }
  fields.enter("metadata");
  checkName(fields, metadata, nameGrammar === "label" ? dnsLabelFault : dnsSubdomainFault);
  if (namespace !== "") checkNamespace(fields, metadata);
  const labels = readLabels(fields, metadata.labels, "labels");
  fields.leave();
  return labels;
}

function checkName(fields: Fields, metadata: Raw, faultOf: (name: string) => string | undefined): void {
  const name = fields.string(metadata.name, "name");
  const generateName = fields.string(metadata.generateName, "generateName");
  if (name !== undefined && name !== "") {
    const fault = faultOf(name);
    if (fault !== undefined) fields.fail("invalid-name", `the name \`${name}\` ${fault}`, "name");
  } else if (generateName !== undefined && generateName !== "") {
    // The server appends to it, so it may end with a dash.
    const fault = faultOf(generateName.endsWith("-") ? `${generateName.slice(0, -1)}a` : generateName);
    if (fault !== undefined) fields.fail("invalid-name", `the name \`${generateName}\` ${fault}`, "generateName");
  } else if (!isWrongType(metadata.name) && !isWrongType(metadata.generateName)) {
    fields.fail("required", "`name` or `generateName` is required", "name");
  }
}

function checkNamespace(fields: Fields, metadata: Raw): void {
  const written = fields.string(metadata.namespace, "namespace");
  const fault = written === undefined || written === "" ? undefined : dnsLabelFault(written);
  if (fault !== undefined) fields.fail("invalid-name", `the namespace \`${written}\` ${fault}`, "namespace");
}

const isWrongType = (value: unknown): boolean => !isAbsent(value) && typeof value !== "string";

/** Annotations that speak to this package, in any spelling of its domain: a misspelt one is found by `lint`. */
const OUR_ANNOTATION = /^(?:[^/]*\.)?netverdict\.dev\//i;

/**
 * The object's annotations that speak to this package; of most objects that is none. Whether they are strings is checked
 * elsewhere, for policies alone: what is none is empty here, which no use of them takes for an answer.
 */
export function readAnnotations({ metadata }: Pick<ObjectContext, "metadata">): Labels {
  const written = metadata?.annotations;
  if (!isRecord(written)) return NO_LABELS;
  let kept: Record<string, string> | undefined;
  for (const key in written) {
    if (!OUR_ANNOTATION.test(key)) continue;
    const value = written[key];
    kept ??= {};
    kept[key] = typeof value === "string" ? value : "";
  }
  return kept ?? NO_LABELS;
}

const NO_OWNERS: readonly OwnerReference[] = [];

/** `metadata.ownerReferences` that have a kind and a name. */
export function readOwners(fields: Fields, metadata: Raw | undefined): readonly OwnerReference[] {
  if (metadata === undefined || isAbsent(metadata.ownerReferences)) return NO_OWNERS;
  const owners: OwnerReference[] = [];
  fields.enter("metadata");
  const list = fields.list(metadata.ownerReferences, "ownerReferences");
  fields.enter("ownerReferences");
  for (let i = 0; i < list.length; i++) {
    const owner = fields.item(list[i], i);
    if (owner === undefined) continue;
    fields.enter(i);
    const kind = fields.string(owner.kind, "kind");
    const name = fields.string(owner.name, "name");
    const controller = fields.boolean(owner.controller, "controller") ?? false;
    if (kind !== undefined && name !== undefined) owners.push({ kind, name, controller });
    fields.leave();
  }
  fields.leave();
  fields.leave();
  return owners;
}

/** Every field of ObjectMeta, those that are gone included. */
const METADATA_KEYS: ReadonlySet<string> = new Set([
  "name",
  "generateName",
  "namespace",
  "labels",
  "annotations",
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "ownerReferences",
  "finalizers",
  "managedFields",
  "selfLink",
  "clusterName",
  "initializers",
]);

/** Bytes that an object's annotations may have, keys and values together (apimachinery `TotalAnnotationSizeLimitB`). */
const ANNOTATION_BYTES = 256 * 1024;

/** The stricter checks of a policy's metadata: a misspelt `namespace` would put it into another one. */
export function checkPolicyMetadata(fields: Fields, metadata: Raw | undefined): void {
  if (metadata === undefined) return;
  fields.enter("metadata");
  fields.onlyKnown(metadata, METADATA_KEYS);
  const annotations = fields.object(metadata.annotations, "annotations");
  if (annotations !== undefined) checkAnnotations(fields, annotations);
  fields.leave();
}

function checkAnnotations(fields: Fields, annotations: Raw): void {
  let bytes = 0;
  fields.enter("annotations");
  for (const [key, value] of Object.entries(annotations)) {
    if (value === undefined) continue;
    const fault = labelKeyFault(key.toLowerCase());
    if (fault !== undefined) fields.fail("invalid-annotation", `the annotation key \`${key}\` ${fault}`, key);
    bytes += utf8Length(key);
    const text = fields.string(value, key);
    if (text !== undefined) bytes += utf8Length(text);
  }
  fields.leave();
  if (bytes > ANNOTATION_BYTES) {
    const message = `annotations have ${bytes} bytes, more than ${ANNOTATION_BYTES}`;
    fields.fail("invalid-annotation", message, "annotations");
  }
}

function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // A surrogate pair is two units and four bytes.
    if (code >= 0x80) bytes += code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2;
  }
  return bytes;
}
