/**
 * The ranges that Services get their cluster addresses from. No verdict depends on them; `lint` asks which `ipBlock`s name
 * what no policy sees.
 */
import { parsePrefix } from "../address.ts";
import { below, type Fields, isRecord, type Raw } from "./fields.ts";
import { readRange } from "./ip.ts";

const FLAG = "--service-cluster-ip-range=";

/** Whether objects of a kind say such ranges. */
export function namesServiceRanges(apiVersion: string, kind: string): boolean {
  return kind === "ServiceCIDR" && apiVersion.startsWith("networking.k8s.io/");
}

/** Those of a ServiceCIDR that `fields` has turned to; what is malformed is reported. [networking.k8s.io ServiceCIDRSpec] */
export function readServiceRanges(fields: Fields, root: Raw): readonly string[] {
  const ranges: string[] = [];
  below(fields, root.spec, "spec", (spec) => {
    const list = fields.list(spec.cidrs, "cidrs");
    fields.enter("cidrs");
    for (let i = 0; i < list.length; i++) {
      const text = fields.text(list[i], i);
      const range = text === undefined ? undefined : readRange(fields, text, i);
      if (range !== undefined) ranges.push(range);
    }
    fields.leave();
  });
  return ranges;
}

/** Whether a pod may be one of the API server: most pods need no more than this look. */
export function isApiServer(namespace: string, name: string): boolean {
  return namespace === "kube-system" && name.startsWith("kube-apiserver");
}

/** What the API server's own pod was told. A command line that is not as expected says nothing. */
export function apiServerRanges(podSpec: Raw): readonly string[] {
  const containers: readonly unknown[] = Array.isArray(podSpec.containers) ? podSpec.containers : [];
  const words = containers.flatMap((one) => (isRecord(one) ? [one.command, one.args].flat() : []));
  return words
    .flatMap((word) =>
      typeof word === "string" && word.startsWith(FLAG)
        ? word.slice(FLAG.length).replaceAll(/^"|"$/g, "").split(",")
        : [],
    )
    .filter((text) => parsePrefix(text) !== undefined);
}
