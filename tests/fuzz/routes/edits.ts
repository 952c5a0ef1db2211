/** Objects that are nearly those of a case. */
import type { Labels, Maybe } from "../../reference/objects.ts";
import type { Random } from "../random.ts";
import { isOrdered } from "../tiers/kinds.ts";

/** An object that can be changed. */
export interface Manifest {
  readonly apiVersion?: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Maybe<Labels>; ownerReferences?: unknown };
  spec?: unknown;
  status?: unknown;
}

/** Objects of one key take each other's place. */
export function keyOf({ kind, metadata }: Manifest, defaultNamespace: string): string {
  const cluster = kind === "Namespace" || kind === "Node" || isOrdered({ kind });
  return `${kind} ${cluster ? "" : metadata.namespace || defaultNamespace}/${metadata.name}`;
}

/** Some of the objects as they are, some otherwise, some missing, and some that are not among them. */
export function beginning(random: Random, objects: readonly Manifest[]): Manifest[] {
  return random.shuffle(objects).flatMap((object) => {
    switch (random.weighted({ same: 6, changed: 2, old: 1, none: 2 })) {
      case "same":
        return [object];
      case "changed":
        return [variantOf(random, object, objects)];
      case "old": {
        const old = structuredClone(object);
        // There is one of the kind, and it has one name.
        if (old.kind === "BaselineAdminNetworkPolicy") return [];
        old.metadata.name = `${old.metadata.name}-old`;
        return [old];
      }
      default:
        return [];
    }
  });
}

/** The same object with a part of another one of its kind. It need not be valid beside the others. */
export function variantOf(random: Random, object: Manifest, objects: readonly Manifest[]): Manifest {
  const other = structuredClone(random.pick(objects.filter(({ kind }) => kind === object.kind)));
  const variant = structuredClone(object);
  if (isOrdered(object) && random.chance(0.5)) {
    // Another place among the policies: before, after or beside others, or in the other tier.
    const { priority, tier } = other.spec as { priority?: number; tier?: string };
    variant.spec = { ...(variant.spec as object), ...(priority !== undefined && { priority }), ...(tier && { tier }) };
    return variant;
  }
  switch (random.pick(["spec", "labels", "status", "no status", "finished", "nothing"])) {
    case "spec":
      variant.spec = other.spec;
      break;
    case "labels":
      variant.metadata.labels = other.metadata.labels;
      break;
    case "status":
      variant.status = other.status;
      break;
    case "no status":
      variant.status = undefined;
      break;
    case "finished":
      if (object.kind === "Pod") variant.status = { ...(variant.status as object), phase: "Succeeded" };
      break;
    default:
      variant.metadata.labels = undefined;
  }
  return JSON.parse(JSON.stringify(variant)) as Manifest;
}
