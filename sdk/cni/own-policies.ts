/** The kinds of policy that a plugin has beside Kubernetes' own. Nothing is known of them but their names. */
import type { UnmodelledPolicy } from "../read/objects.ts";
import type { Caveat } from "../types.ts";
import { isOwnGroup } from "./own-kinds.ts";
import type { CniName } from "./types.ts";

/** Whether what a decision leaves out are policies that the plugin enforces. */
export function namesOwnPolicies(
  name: CniName,
  caveats: readonly Caveat[],
  unmodelled: readonly UnmodelledPolicy[],
): boolean {
  const own = unmodelled.filter(({ group }) => isOwnGroup(group, name)).map(({ reference }) => reference);
  return caveats.some(
    ({ code, objects = [] }) =>
      code === "unmodelled-policy" &&
      objects.some((one) =>
        own.some(({ kind, namespace, name }) => kind === one.kind && namespace === one.namespace && name === one.name),
      ),
  );
}
