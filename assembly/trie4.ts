/**
 * IPv4 address → endpoint, by a 16-8-8 trie: at most three loads.
 *
 * The root has a word for each upper half of an address; a word is an endpoint, or (TRIE_BLOCK_FLAG) a block of 256 words
 * for the next eight bits. Prefixes are painted from the outside in, then hosts.
 */
import { TRIE_BLOCK_FLAG, TRIE_BLOCK_WORDS, TRIE_ROOT_WORDS } from "./abi";
import { at, pushMany, put, Vec } from "./vec";

/** Makes a trie in which every address leads to `endpoint`. */
export function startTrie(trie: Vec, endpoint: u32): void {
  trie.length = 0;
  pushMany(trie, endpoint, TRIE_ROOT_WORDS);
}

/** Leads the addresses of a prefix to `endpoint`; prefixes inside it must come later. */
export function paint(trie: Vec, address: u32, length: u32, endpoint: u32): void {
  if (length <= 16) {
    fill(trie, address >> 16, 16 - length, endpoint);
    return;
  }
  const block = blockAt(trie, address >> 16);
  if (length <= 24) {
    fill(trie, block + ((address >> 8) & 0xff), 24 - length, endpoint);
    return;
  }
  fill(trie, blockAt(trie, block + ((address >> 8) & 0xff)) + (address & 0xff), 32 - length, endpoint);
}

/** The endpoint of an address; `trie` is the query table. */
export function lookUp4(trie: usize, address: u32): u32 {
  let entry = load<u32>(trie + ((<usize>(address >> 16)) << 2));
  if (!(entry & TRIE_BLOCK_FLAG)) return entry;
  entry = load<u32>(blockAddress(trie, entry) + ((<usize>((address >> 8) & 0xff)) << 2));
  if (!(entry & TRIE_BLOCK_FLAG)) return entry;
  return load<u32>(blockAddress(trie, entry) + ((<usize>(address & 0xff)) << 2));
}

/** The endpoints of `count` addresses, as words at `out`: three loads each, without a branch that could be guessed wrong. */
export function lookUpMany4(trie: usize, addresses: usize, count: u32, out: usize): void {
  const blocks = trie + ((<usize>TRIE_ROOT_WORDS) << 2);
  const end = out + ((<usize>count) << 2);
  for (; out < end; out += 4, addresses += 4) {
    const address = load<u32>(addresses);
    // Where a word is an endpoint already it is loaded again.
    let place = trie + ((<usize>(address >> 16)) << 2);
    let entry = load<u32>(place);
    place = select(blocks + ((<usize>entry) << 10) + ((address >> 6) & 0x3fc), place, entry & TRIE_BLOCK_FLAG);
    entry = load<u32>(place);
    place = select(blocks + ((<usize>entry) << 10) + ((address << 2) & 0x3fc), place, entry & TRIE_BLOCK_FLAG);
    store<u32>(out, load<u32>(place));
  }
}

function blockAddress(trie: usize, entry: u32): usize {
  const block = <usize>(entry & ~TRIE_BLOCK_FLAG);
  return trie + ((<usize>TRIE_ROOT_WORDS + block * <usize>TRIE_BLOCK_WORDS) << 2);
}

function fill(trie: Vec, first: u32, bits: u32, endpoint: u32): void {
  for (let i: u32 = 0; i < (<u32>1) << bits; ++i) put(trie, first + i, endpoint);
}

/** The index of the first word of the block under word `index`; made if a single endpoint was there. */
function blockAt(trie: Vec, index: u32): u32 {
  let entry = at(trie, index);
  if (!(entry & TRIE_BLOCK_FLAG)) {
    const first = pushMany(trie, entry, TRIE_BLOCK_WORDS);
    entry = ((first - TRIE_ROOT_WORDS) / TRIE_BLOCK_WORDS) | TRIE_BLOCK_FLAG;
    put(trie, index, entry);
  }
  return TRIE_ROOT_WORDS + (entry & ~TRIE_BLOCK_FLAG) * TRIE_BLOCK_WORDS;
}
