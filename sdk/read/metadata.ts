/** What every object has: name, namespace, labels, owners. */
import type { Fields } from "./fields.ts";
import { dnsLabelFault, dnsSubdomainFault, labelKeyFault } from "./names.ts";
import type { Labels, Origin, OwnerReference } from "./objects.ts";
import { NO_LABELS, readLabels } from "./selectors.ts";

/** The object being read, and what surrounds it. */
export interface ObjectContext {
  /** Name and namespace as they identify the object: `generateName` and the default namespace have been applied. */
  readonly name: string;
  readonly namespace: string;
  readonly root: Fields;
  /** `metadata`, read once. */
  readonly metadata: Fields | undefined;
  readonly origin: Origin;
}

/** Checks name and namespace, and reads the labels. `nameGrammar` is that of the kind. */
export function readMetadata(context: ObjectContext, nameGrammar: "label" | "subdomain"): Labels {
  const { root, metadata, namespace } = context;
  checkName(root, metadata, nameGrammar);
  if (metadata === undefined) return NO_LABELS;
  const written = namespace === "" ? undefined : metadata.string("namespace");
  const fault = written === undefined || written === "" ? undefined : dnsLabelFault(written);
  if (fault !== undefined) metadata.fail("invalid-name", `the namespace \`${written}\` ${fault}`, "namespace");
  return readLabels(metadata, "labels");
}

function checkName(root: Fields, metadata: Fields | undefined, grammar: "label" | "subdomain"): void {
  if (metadata === undefined) {
    // A `metadata` of another type has been reported.
    if (!root.has("metadata")) root.fail("required", "`metadata` with a `name` is required", "metadata", "name");
    return;
  }
  const name = metadata.string("name");
  const generateName = metadata.string("generateName");
  const fault = grammar === "label" ? dnsLabelFault : dnsSubdomainFault;
  if (name !== undefined && name !== "") {
    const wrong = fault(name);
    if (wrong !== undefined) metadata.fail("invalid-name", `the name \`${name}\` ${wrong}`, "name");
  } else if (generateName !== undefined && generateName !== "") {
    // The server appends to it, so it may end with a dash.
    const wrong = fault(generateName.endsWith("-") ? `${generateName.slice(0, -1)}a` : generateName);
    if (wrong !== undefined) metadata.fail("invalid-name", `the name \`${generateName}\` ${wrong}`, "generateName");
  } else if (!isWrongType(metadata, "name") && !isWrongType(metadata, "generateName")) {
    metadata.fail("required", "`name` or `generateName` is required", "name");
  }
}

const isWrongType = (fields: Fields, key: string): boolean => fields.has(key) && typeof fields.raw(key) !== "string";

/** `metadata.ownerReferences` that have a kind and a name. */
export function readOwners(metadata: Fields | undefined): readonly OwnerReference[] {
  const owners: OwnerReference[] = [];
  for (const owner of metadata?.objects("ownerReferences") ?? []) {
    const kind = owner.string("kind");
    const name = owner.string("name");
    const controller = owner.boolean("controller") ?? false;
    if (kind !== undefined && name !== undefined) owners.push({ kind, name, controller });
  }
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
export function checkPolicyMetadata(metadata: Fields | undefined): void {
  if (metadata === undefined) return;
  metadata.onlyKnown(METADATA_KEYS);
  const annotations = metadata.object("annotations");
  if (annotations === undefined) return;
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations.value)) {
    if (value === undefined) continue;
    const fault = labelKeyFault(key.toLowerCase());
    if (fault !== undefined) annotations.fail("invalid-annotation", `the annotation key \`${key}\` ${fault}`, key);
    bytes += utf8Length(key);
    const text = annotations.string(key);
    if (text !== undefined) bytes += utf8Length(text);
    else if (value === null) annotations.fail("invalid-type", "an annotation must be a string, not null", key);
  }
  if (bytes > ANNOTATION_BYTES) {
    const message = `annotations have ${bytes} bytes, more than ${ANNOTATION_BYTES}`;
    metadata.fail("invalid-annotation", message, "annotations");
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
