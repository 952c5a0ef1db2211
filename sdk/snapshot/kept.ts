/** What a snapshot keeps of the objects that it was made of, read without building a state of them. */
import type { CniChoice } from "../cni/types.ts";
import { type Manifest, networkPolicyManifest } from "../read/manifest.ts";
import type { Internals } from "../state.ts";
import { withoutSources } from "./format.ts";
import { readSources } from "./read-sources.ts";

/**
 * The NetworkPolicies of a state from a snapshot, as manifests: without the time of their creation, and of their annotations
 * with those alone that speak to us.
 *
 * @throws NetverdictError `needs-full-state` for a snapshot without sources, `invalid-snapshot`
 */
export function keptPolicies({ snapshot }: Internals): readonly Manifest[] {
  const sources = snapshot?.sources?.();
  if (sources === undefined) throw withoutSources();
  return readSources(sources).objects.networkPolicies.map(networkPolicyManifest);
}

/**
 * What the option `cni` came to when the snapshot was made; undefined where there was none, or nothing was kept.
 *
 * @throws NetverdictError `invalid-snapshot`
 */
export function keptCni({ snapshot }: Internals): readonly CniChoice[] | undefined {
  const sources = snapshot?.sources?.();
  return sources === undefined ? undefined : readSources(sources).cni;
}
