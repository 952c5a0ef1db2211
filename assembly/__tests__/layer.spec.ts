import {
  ACTION_DENY,
  DIRECTION_INGRESS,
  NONE,
  SLOT_TCP,
  TIER_ADMIN,
  TIER_BASELINE,
  VERDICT_ALLOW,
  VERDICT_DENY,
} from "../abi";
import { tupleCount } from "../intern";
import { addPolicyRecord } from "../update";
import { Input, range } from "./input";
import { cluster, DB_POD, DBS, ingress, WEB_POD, WEBS } from "./pair";

describe("layers", () => {
  it("a NetworkPolicy that comes finds what the ordered tiers say made", () => {
    const input = cluster();
    const everywhere = input.selector([]);
    input.clusterPolicy(TIER_ADMIN, everywhere, NONE, DIRECTION_INGRESS);
    input.rule(DIRECTION_INGRESS, ACTION_DENY, [DBS], [range(SLOT_TCP, 80, 80)]);
    input.clusterPolicy(TIER_BASELINE, everywhere, NONE, DIRECTION_INGRESS);
    input.rule(DIRECTION_INGRESS, ACTION_DENY, [DBS]);
    const build = input.compile();
    expect<u32>(ingress(build, DB_POD, WEB_POD, 443)).toBe(VERDICT_DENY);
    expect<u32>(tupleCount(build.layers)).toBe(2, "before and after the additive tier");

    const late = Input.after(build);
    late.networkPolicy(0, WEBS, DIRECTION_INGRESS);
    late.allow(DIRECTION_INGRESS, [DBS]);
    addPolicyRecord(build, late.stream());
    expect<u32>(tupleCount(build.layers)).toBe(3, "the additive one is new");
    expect<u32>(ingress(build, DB_POD, WEB_POD, 443)).toBe(VERDICT_ALLOW, "it overrides the baseline");
    expect<u32>(ingress(build, DB_POD, WEB_POD, 80)).toBe(VERDICT_DENY, "and not the administrator");
  });

  it("an interval is kept by what is active in it, however many steps there are", () => {
    const input = cluster();
    input.clusterPolicy(TIER_ADMIN, input.selector([]), NONE, DIRECTION_INGRESS);
    for (let port: u32 = 1; port <= 200; ++port)
      input.rule(DIRECTION_INGRESS, ACTION_DENY, [DBS], [range(SLOT_TCP, port * 2, port * 2)]);
    const build = input.compile();
    expect<u32>(tupleCount(build.intervals)).toBeGreaterThan(200);
    expect<u32>(build.intervals.words.length).toBeLessThan(tupleCount(build.intervals) * 8);
    expect<u32>(ingress(build, DB_POD, WEB_POD, 400)).toBe(VERDICT_DENY);
    expect<u32>(ingress(build, DB_POD, WEB_POD, 399)).toBe(VERDICT_ALLOW);
  });
});
