import { Build } from "../build";
import { MATCH_NO, MATCH_OPEN, MATCH_YES } from "../match";
import { internTerm, isBlockTerm } from "../term";
import { Input, ip4, nodeAddress, pod, prefix4, prefix6 } from "./input";
import { class4, class6, external, termMatch } from "./ask";

function match(build: Build, peer: u32, endpoint: u32): u32 {
  return termMatch(build, internTerm(build, peer, 0, 0, 0), class4(build, endpoint));
}

const TEN = ip4(10, 0, 0, 0);

describe("a term of an ipBlock", () => {
  it("holds what is in its cidr and in none of its excepts, whatever has the address", () => {
    const input = new Input();
    const shop = input.namespace();
    const node = input.node();
    const peer = input.ipBlock(prefix4(TEN, 8), [prefix4(ip4(10, 1, 0, 0), 16), prefix4(ip4(10, 2, 0, 9), 32)]);
    const inside = input.add(pod(shop).at4(ip4(10, 3, 0, 1)));
    const except = input.add(pod(shop).at4(ip4(10, 1, 255, 255)));
    const host = input.add(pod(shop).at4(ip4(10, 2, 0, 9)));
    const beside = input.add(nodeAddress(node).at4(ip4(10, 2, 0, 8)));
    const outside = input.add(nodeAddress(node).at4(ip4(11, 0, 0, 0)));
    const build = input.compile();
    expect<u32>(match(build, peer, inside)).toBe(MATCH_YES);
    expect<u32>(match(build, peer, except)).toBe(MATCH_NO);
    expect<u32>(match(build, peer, host)).toBe(MATCH_NO);
    expect<u32>(match(build, peer, beside)).toBe(MATCH_YES);
    expect<u32>(match(build, peer, outside)).toBe(MATCH_NO);
    // The prefixes' own external endpoints: 0.0.0.0/0, 10/8, 10.1/16, 10.2.0.9/32.
    expect<u32>(match(build, peer, external(build))).toBe(MATCH_NO);
    expect<u32>(match(build, peer, external(build, 1))).toBe(MATCH_YES);
    expect<u32>(match(build, peer, external(build, 2))).toBe(MATCH_NO);
    expect<u32>(match(build, peer, external(build, 3))).toBe(MATCH_NO);
    expect<bool>(isBlockTerm(build, internTerm(build, peer, 0, 0, 0))).toBe(true);
  });

  it("a prefix that another block cuts out is still inside", () => {
    const input = new Input();
    const shop = input.namespace();
    const outer = input.ipBlock(prefix4(TEN, 8));
    input.ipBlock(prefix4(ip4(10, 1, 0, 0), 16), [prefix4(ip4(10, 1, 1, 0), 24)]);
    const deep = input.add(pod(shop).at4(ip4(10, 1, 1, 1)));
    const build = input.compile();
    expect<u32>(match(build, outer, deep)).toBe(MATCH_YES);
  });

  it("0.0.0.0/0 holds no IPv6 address, ::/0 no IPv4 one", () => {
    const input = new Input();
    const shop = input.namespace();
    const four = input.ipBlock(prefix4(0, 0));
    const six = input.ipBlock(prefix6(0, 0, 0, 0, 0));
    const web = input.add(pod(shop).at4(TEN).at6(0xfd000000, 0, 0, 1));
    const build = input.compile();
    const fourTerm = internTerm(build, four, 0, 0, 0);
    const sixTerm = internTerm(build, six, 0, 0, 0);
    expect<u32>(termMatch(build, fourTerm, class4(build, web))).toBe(MATCH_YES);
    expect<u32>(termMatch(build, fourTerm, class6(build, web))).toBe(MATCH_NO);
    expect<u32>(termMatch(build, sixTerm, class4(build, web))).toBe(MATCH_NO);
    expect<u32>(termMatch(build, sixTerm, class6(build, web))).toBe(MATCH_YES);
  });

  it("on an address that is not known: certain if it holds the whole set, open if part of it, else a miss", () => {
    const input = new Input();
    const shop = input.namespace();
    const around = input.ipBlock(prefix4(TEN, 8));
    const equal = input.ipBlock(prefix4(ip4(10, 244, 0, 0), 16));
    const part = input.ipBlock(prefix4(ip4(10, 244, 3, 0), 24));
    const holed = input.ipBlock(prefix4(TEN, 8), [prefix4(ip4(10, 244, 3, 0), 24)]);
    const cut = input.ipBlock(prefix4(TEN, 8), [prefix4(ip4(10, 244, 0, 0), 16)]);
    const apart = input.ipBlock(prefix4(ip4(192, 168, 0, 0), 16));
    const set = input.addressSet([prefix4(ip4(10, 244, 0, 0), 16)]);
    const pending = input.add(pod(shop).oneOf4(set));
    const build = input.compile();
    expect<u32>(match(build, around, pending)).toBe(MATCH_YES);
    expect<u32>(match(build, equal, pending)).toBe(MATCH_YES);
    expect<u32>(match(build, part, pending)).toBe(MATCH_OPEN);
    expect<u32>(match(build, holed, pending)).toBe(MATCH_OPEN);
    expect<u32>(match(build, cut, pending)).toBe(MATCH_NO);
    expect<u32>(match(build, apart, pending)).toBe(MATCH_NO);
  });

  it("of a set of two prefixes, a block that holds one is open", () => {
    const input = new Input();
    const shop = input.namespace();
    const one = input.ipBlock(prefix4(ip4(10, 1, 0, 0), 16));
    const both = input.ipBlock(prefix4(TEN, 8));
    const set = input.addressSet([prefix4(ip4(10, 1, 0, 0), 16), prefix4(ip4(10, 2, 0, 0), 16)]);
    const pending = input.add(pod(shop).oneOf4(set));
    const build = input.compile();
    expect<u32>(match(build, one, pending)).toBe(MATCH_OPEN);
    expect<u32>(match(build, both, pending)).toBe(MATCH_YES);
  });
});
