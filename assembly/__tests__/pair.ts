/** Two pods and a node, and what each side of a flow between them says; for specs of policies. */
import { SLOT_TCP } from "../abi";
import { Build } from "../build";
import { answer, egressOf, ingressOf } from "./ask";
import { Input, ip4, isIn, nodeAddress, pod } from "./input";

export const APP: u32 = 11;
export const TEAM: u32 = 12;
export const WEB: u32 = 101;
export const DB: u32 = 102;
export const TEN = ip4(10, 0, 0, 0);
export const BOTH: u32 = 3;

/** Two pods of one namespace, web (0) and db (1), and a node (2) under web. Policies come between. */
export function cluster(): Input {
  const input = new Input();
  const namespace = input.namespace([TEAM, 5]);
  const node = input.node();
  input.podsIn(namespace, input.selector([isIn(APP, [WEB])]));
  input.podsIn(namespace, input.selector([isIn(APP, [DB])]));
  input.add(
    pod(namespace, [APP, WEB])
      .at4(TEN + 1)
      .on(node),
  );
  input.add(pod(namespace, [APP, DB]).at4(TEN + 2));
  input.add(nodeAddress(node).at4(ip4(192, 168, 0, 1)));
  return input;
}
export const WEB_POD: u32 = 0;
export const DB_POD: u32 = 1;
export const NODE: u32 = 2;
/** Selectors and peers of `cluster`. */
export const WEBS: u32 = 0;
export const DBS: u32 = 1;

export function ingress(build: Build, source: u32, destination: u32, port: u32 = 80, slot: u32 = SLOT_TCP): u32 {
  return ingressOf(answer(build, source, destination, port, slot));
}

export function egress(build: Build, source: u32, destination: u32, port: u32 = 80, slot: u32 = SLOT_TCP): u32 {
  return egressOf(answer(build, source, destination, port, slot));
}
