/** Pods that callers may name, of every sort, and who of them talks to whom in which family. */
import { DIRECTION_EGRESS, DIRECTION_INGRESS, SLOT_TCP, SLOT_UDP } from "../abi";
import { Build } from "../build";
import { Endpoint, Input, ip4, isIn, nodeAddress, pod, prefix4, prefix6, range } from "./input";

export const APP: u32 = 11;
export const WEB: u32 = 101;
export const DB: u32 = 102;
export const TEN: u32 = ip4(10, 0, 0, 0);

/** Loaded pods of every sort: one family, both, IPv6 first, an address that is open, in a namespace whose labels are. */
export function everySort(): Build {
  const input = new Input();
  const shop = input.namespace([APP, 5]);
  const unknown = input.namespace([], true);
  const node = input.node();
  const set = input.addressSet([prefix4(TEN, 8)]);
  const dbs = input.selector([isIn(APP, [DB])]);
  input.networkPolicy(shop, dbs, DIRECTION_INGRESS);
  input.allow(DIRECTION_INGRESS, [input.podsIn(shop, input.selector([isIn(APP, [WEB])]))], [range(SLOT_TCP, 80, 90)]);
  input.allow(DIRECTION_INGRESS, [input.ipBlock(prefix4(TEN + 4, 30))], [range(SLOT_UDP, 53, 53)]);
  input.allow(DIRECTION_INGRESS, [input.podsBy(input.selector([isIn(APP, [5])]))], [range(SLOT_TCP, 7, 7)]);
  input.networkPolicy(shop, input.selector([isIn(APP, [WEB])]), DIRECTION_EGRESS);
  input.allow(DIRECTION_EGRESS, [input.ipBlock(prefix6(0xfd000000, 0, 0, 0, 120))]);
  input.allow(DIRECTION_EGRESS, [input.podsIn(shop, dbs)], [range(SLOT_TCP, 80, 80)]);
  for (let i: u32 = 0; i < 3; ++i) input.add(named4(shop, i % 2 == 0 ? WEB : DB, i));
  for (let i: u32 = 3; i < 6; ++i) input.add(named4(shop, i % 2 == 0 ? WEB : DB, i).at6(0xfd000000, 0, 0, i * 100));
  input.add(named4(shop, WEB, 6).at6(0xfd000000, 0, 0, 6).prefers6());
  input.add(pod(shop, [APP, DB]).at6(0xfd000000, 0, 0, 7).prefers6().named());
  input.add(pod(shop, [APP, WEB]).oneOf4(set).named());
  input.add(named4(unknown, WEB, 9));
  input.add(named4(shop, DB, 7).at6(0xfd000000, 0, 0, 1000).prefers6());
  input.add(
    nodeAddress(node)
      .at4(ip4(192, 168, 0, 1))
      .named(),
  );
  return input.compile();
}
export const PODS: u32 = 11;
export const NODE: u32 = 11;

export function named4(namespace: u32, app: u32, i: u32): Endpoint {
  return pod(namespace, [APP, app])
    .at4(TEN + i)
    .named();
}

function hasIPv6(pod: u32): bool {
  return (pod >= 3 && pod <= 7) || pod == 10;
}

/** The family that a pair uses, by how its pods were made; 0 for none. */
export function familyOf(source: u32, destination: u32): u32 {
  const has4 = source != 7 && destination != 7;
  const has6 = hasIPv6(source) && hasIPv6(destination);
  return has6 && (source == 6 || source == 7 || source == 10 || !has4) ? 6 : has4 ? 4 : 0;
}
