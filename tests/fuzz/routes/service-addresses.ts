/** Addresses that lead to Services: a flow to one goes to the Service's backends, which no column can say. */
import { parseAddress } from "../../reference/address.ts";
import type { PlainObject, Service } from "../../reference/objects.ts";

/** The cluster, external and load-balancer addresses of all Services, each as `family value`. */
export function serviceAddresses(objects: readonly object[]): ReadonlySet<string> {
  const services = (objects as readonly PlainObject[]).filter((object): object is Service => object.kind === "Service");
  const texts = services.flatMap(({ spec, status }) => [
    spec?.clusterIP,
    ...(spec?.clusterIPs ?? []),
    ...(spec?.externalIPs ?? []),
    ...(status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip),
  ]);
  const addresses = texts.map((text) => parseAddress(text ?? "")).filter((address) => address !== undefined);
  return new Set(addresses.map(({ family, value }) => `${family} ${value}`));
}
