/**
 * Which place an address leads to: known hosts to their endpoint's, all others to that of the longest prefix around them.
 */
import {
  ADDRESS_KNOWN,
  ENDPOINT_ADDRESS4,
  ENDPOINT_ADDRESS4_VALUE,
  ENDPOINT_ADDRESS6,
  ENDPOINT_ADDRESS6_VALUE,
  ENDPOINT_FLAGS,
  ENDPOINT_OWNS_ADDRESS,
  PREFIX_ADDRESS,
  PREFIX_LENGTH,
} from "./abi";
import { Build } from "./build";
import { signatureOf } from "./class";
import { buildRanges6, hostAt6, putHost6, startHosts6 } from "./hosts6";
import { prefixAt } from "./prefix";
import { lookUp4, paint, startTrie } from "./trie4";
import { word } from "./vec";

/** Leads every address to its longest prefix. */
export function indexPrefixes(build: Build): void {
  startTrie(build.trie4, 0);
  for (let number: u32 = 1; number < build.tree.root6; ++number) {
    const prefix = prefixAt(build.tree, number);
    paint(build.trie4, word(prefix, PREFIX_ADDRESS), word(prefix, PREFIX_LENGTH), number);
  }
  buildRanges6(build);
  startHosts6(build);
}

/** Leads the addresses that the endpoint at `record` owns to its place. */
export function claimAddresses(build: Build, record: usize, place: u32): void {
  if (!(word(record, ENDPOINT_FLAGS) & ENDPOINT_OWNS_ADDRESS)) return;
  if (word(record, ENDPOINT_ADDRESS4) == ADDRESS_KNOWN)
    paint(build.trie4, word(record, ENDPOINT_ADDRESS4_VALUE), 32, place);
  if (word(record, ENDPOINT_ADDRESS6) == ADDRESS_KNOWN) putHost6(build, record + (ENDPOINT_ADDRESS6_VALUE << 2), place);
}

/** Gives the addresses that still lead to `place` back to the prefixes around them; others may have claimed them since. */
export function releaseAddresses(build: Build, record: usize, place: u32): void {
  if (!(word(record, ENDPOINT_FLAGS) & ENDPOINT_OWNS_ADDRESS)) return;
  if (word(record, ENDPOINT_ADDRESS4) == ADDRESS_KNOWN) {
    const address = word(record, ENDPOINT_ADDRESS4_VALUE);
    if (lookUp4(build.trie4.data, address) == place)
      paint(build.trie4, address, 32, signatureOf(build, 4, record + (ENDPOINT_ADDRESS4_VALUE << 2)));
  }
  if (word(record, ENDPOINT_ADDRESS6) == ADDRESS_KNOWN) {
    const address = record + (ENDPOINT_ADDRESS6_VALUE << 2);
    if (hostAt6(build, address) == place) putHost6(build, address, signatureOf(build, 6, address));
  }
}
