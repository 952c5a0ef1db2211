/** Whether policies of a kind stand in ordered tiers. */
export function isOrdered({ kind }: { readonly kind: string }): boolean {
  return kind === "ClusterNetworkPolicy" || kind === "AdminNetworkPolicy" || kind === "BaselineAdminNetworkPolicy";
}
