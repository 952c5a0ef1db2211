/** What is given in place of Kubernetes objects, and what to give. */
import { isRecord, type Raw } from "./fields.ts";
import { groupOf } from "./kinds.ts";

/** Why what is given in place of objects, and has none in it, is none. Asked of every object: by its kind first. */
export function whyNoObject(apiVersion: string, kind: string, object: Raw): string | undefined {
  const of = (group: string, reason: string): string | undefined =>
    groupOf(apiVersion) === group ? reason : undefined;
  switch (kind) {
    case "Status":
      return of("", "a Status is what the API server answers in place of what was asked for");
    case "Table":
      return of("meta.k8s.io", "a Table has no objects in it: ask for `-o yaml` or `-o json`");
    case "PartialObjectMetadata":
    case "PartialObjectMetadataList":
      return of("meta.k8s.io", "this is an object's metadata alone: ask for the objects");
    case "Kustomization":
    case "Component": {
      const how = "give what it builds (`kubectl kustomize <folder>`)";
      return of("kustomize.config.k8s.io", `a ${kind} is no object of a cluster: ${how}`);
    }
    case "Template":
      // One that a cluster keeps has made nothing yet.
      if (groupOf(apiVersion) !== "template.openshift.io" && apiVersion !== "v1") return undefined;
      if (isRecord(object.metadata) && object.metadata.resourceVersion !== undefined) return undefined;
      return "a Template's objects are made when it is processed: give what that makes (`oc process -f <file>`)";
    default:
      return undefined;
  }
}

/** What a text in an object's place probably is, and what to give; empty where nothing is known of it. */
export function whatTextIs(text: string): string {
  if (/^No resources found/.test(text))
    return ": kubectl has found nothing, and says so; with `-o yaml` it gives an empty list";
  if (/^NAME(?:SPACE)?\s{2,}/.test(text))
    return ": this is kubectl's table, which has no objects in it: ask for `-o yaml` or `-o json`";
  const isPath = !/\s/.test(text) && (/[\\/]/.test(text) || /\.(?:ya?ml|json)$/i.test(text));
  return isPath ? ": it looks like a path; give what the file holds" : "";
}
