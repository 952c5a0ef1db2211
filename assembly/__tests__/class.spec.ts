import { ENDPOINT_EXTERNAL, ENDPOINT_NODE, ENDPOINT_POD, NONE, SLOT_TCP, SLOT_UDP } from "../abi";
import { Build } from "../build";
import { classHolder, classKind, classSignature, SIGNATURE_SET } from "../class";
import { tupleCount } from "../intern";
import { prefixCount } from "../prefix";
import {
  addLate,
  doesNotExist,
  Endpoint,
  exists,
  Input,
  ip4,
  isIn,
  named,
  nodeAddress,
  notIn,
  pod,
  prefix4,
} from "./input";
import { class4, class6, external } from "./ask";

const APP: u32 = 11;
const NOTE: u32 = 12;
const WEB: u32 = 101;
const DB: u32 = 102;
const CACHE: u32 = 103;
const QUEUE: u32 = 104;
const HTTP: u32 = 201;
const ADMIN: u32 = 202;

const TEN = ip4(10, 0, 0, 0);

/** The classes of endpoints as text, each numbered by its first coming: "0 0 1". */
function partition(build: Build, endpoints: u32): string {
  const seen: u32[] = [];
  const parts: string[] = [];
  for (let i: u32 = 0; i < endpoints; ++i) {
    const id = class4(build, i);
    let index = seen.indexOf(id);
    if (index < 0) index = seen.push(id) - 1;
    parts.push(index.toString());
  }
  return parts.join(" ");
}

describe("classes of pods", () => {
  it("a label that no selector names tells nobody apart", () => {
    const input = new Input();
    const shop = input.namespace();
    input.selector([isIn(APP, [WEB])]);
    input.podsIn(shop, 0);
    input.add(pod(shop, [APP, WEB]).at4(TEN));
    input.add(pod(shop, [APP, WEB, NOTE, 7]).at4(TEN));
    input.add(pod(shop, [APP, WEB, NOTE, 8]).at4(TEN));
    expect<string>(partition(input.compile(), 3)).toBe("0 0 0");
  });

  it("values that no selector names are one; an absent key is another", () => {
    const input = new Input();
    const shop = input.namespace();
    input.podsIn(shop, input.selector([isIn(APP, [WEB])]));
    input.podsIn(shop, input.selector([notIn(APP, [DB])]));
    input.add(pod(shop, [APP, WEB]).at4(TEN));
    input.add(pod(shop, [APP, DB]).at4(TEN));
    input.add(pod(shop, [APP, CACHE]).at4(TEN));
    input.add(pod(shop, [APP, QUEUE]).at4(TEN));
    input.add(pod(shop).at4(TEN));
    expect<string>(partition(input.compile(), 5)).toBe("0 1 2 2 3");
  });

  it("a key that selectors only ask for has no values to tell apart", () => {
    const input = new Input();
    const shop = input.namespace();
    input.podsIn(shop, input.selector([exists(APP)]));
    input.podsIn(shop, input.selector([doesNotExist(APP)]));
    input.add(pod(shop, [APP, WEB]).at4(TEN));
    input.add(pod(shop, [APP, DB]).at4(TEN));
    input.add(pod(shop).at4(TEN));
    expect<string>(partition(input.compile(), 3)).toBe("0 0 1");
  });

  it("policies' own pod selectors name labels too", () => {
    const input = new Input();
    const shop = input.namespace();
    input.networkPolicy(shop, input.selector([isIn(APP, [WEB])]), 1);
    input.add(pod(shop, [APP, WEB]).at4(TEN));
    input.add(pod(shop, [APP, DB]).at4(TEN));
    expect<string>(partition(input.compile(), 2)).toBe("0 1");
  });

  it("namespace selectors name no pod labels", () => {
    const input = new Input();
    const shop = input.namespace([APP, WEB]);
    input.podsBy(input.selector([isIn(APP, [WEB])]));
    input.add(pod(shop, [APP, WEB]).at4(TEN));
    input.add(pod(shop, [APP, DB]).at4(TEN));
    expect<string>(partition(input.compile(), 2)).toBe("0 0");
  });

  it("pods of two namespaces are never one class", () => {
    const input = new Input();
    input.add(pod(input.namespace()).at4(TEN));
    input.add(pod(input.namespace()).at4(TEN));
    expect<string>(partition(input.compile(), 2)).toBe("0 1");
  });

  it("a port counts by name, protocol and number where a policy names it, and not otherwise", () => {
    const input = new Input();
    const shop = input.namespace();
    input.networkPolicy(shop, NONE, 1);
    input.allow(1, [], [named(SLOT_TCP, HTTP)]);
    input.add(pod(shop).ports([HTTP, SLOT_TCP, 8080]).at4(TEN));
    input.add(pod(shop).ports([HTTP, SLOT_TCP, 8080, ADMIN, SLOT_TCP, 9000]).at4(TEN));
    input.add(pod(shop).ports([ADMIN, SLOT_TCP, 9000, HTTP, SLOT_TCP, 8080]).at4(TEN));
    input.add(pod(shop).ports([HTTP, SLOT_TCP, 8081]).at4(TEN));
    input.add(pod(shop).ports([HTTP, SLOT_UDP, 8080]).at4(TEN));
    input.add(pod(shop).at4(TEN));
    expect<string>(partition(input.compile(), 6)).toBe("0 0 0 1 2 2");
  });

  it("two numbers of one named port are a set, whose order and repeats do not count", () => {
    const input = new Input();
    const shop = input.namespace();
    input.networkPolicy(shop, NONE, 1);
    input.allow(1, [], [named(SLOT_TCP, HTTP)]);
    input.add(pod(shop).ports([HTTP, SLOT_TCP, 1, HTTP, SLOT_TCP, 2]).at4(TEN));
    input.add(pod(shop).ports([HTTP, SLOT_TCP, 2, HTTP, SLOT_TCP, 1, HTTP, SLOT_TCP, 2]).at4(TEN));
    input.add(pod(shop).ports([HTTP, SLOT_TCP, 2]).at4(TEN));
    expect<string>(partition(input.compile(), 3)).toBe("0 0 1");
  });

  it("an address counts by the prefixes that hold it", () => {
    const input = new Input();
    const shop = input.namespace();
    input.ipBlock(prefix4(TEN, 8), [prefix4(ip4(10, 1, 0, 0), 16)]);
    input.add(pod(shop).at4(ip4(10, 0, 0, 1)));
    input.add(pod(shop).at4(ip4(10, 2, 0, 1)));
    input.add(pod(shop).at4(ip4(10, 1, 0, 1)));
    input.add(pod(shop).at4(ip4(11, 0, 0, 1)));
    expect<string>(partition(input.compile(), 4)).toBe("0 0 1 2");
  });

  it("a dual-stack pod is in a class per family, which share its subject", () => {
    const input = new Input();
    const shop = input.namespace();
    const both = input.add(pod(shop).at4(TEN).at6(0xfd000000, 0, 0, 1));
    const four = input.add(pod(shop).at4(TEN + 1));
    const build = input.compile();
    expect<u32>(class4(build, both)).not.toBe(class6(build, both));
    expect<u32>(classHolder(build, class4(build, both))).toBe(classHolder(build, class6(build, both)));
    expect<u32>(class6(build, four)).toBe(NONE, "no address of the family");
    expect<u32>(tupleCount(build.subjects)).toBe(1);
  });

  it("addresses that are not known make classes by their set", () => {
    const input = new Input();
    const shop = input.namespace();
    const a = input.addressSet([prefix4(TEN, 8)]);
    const b = input.addressSet([prefix4(0, 0)]);
    input.add(pod(shop).oneOf4(a));
    input.add(pod(shop).oneOf4(a));
    input.add(pod(shop).oneOf4(b));
    input.add(pod(shop).at4(TEN));
    const build = input.compile();
    expect<string>(partition(build, 4)).toBe("0 0 1 2");
    expect<u32>(classSignature(build, class4(build, 2))).toBe(SIGNATURE_SET | b);
  });
});

describe("classes of nodes and external addresses", () => {
  it("node addresses are told apart by their node's named labels and their prefixes", () => {
    const input = new Input();
    input.nodesBy(input.selector([isIn(APP, [WEB])]));
    input.ipBlock(prefix4(TEN, 8));
    const web = input.node([APP, WEB]);
    const plain = input.node();
    const noted = input.node([NOTE, 7]);
    const open = input.node([], true);
    input.add(nodeAddress(web).at4(TEN));
    input.add(nodeAddress(plain).at4(TEN));
    input.add(nodeAddress(noted).at4(TEN + 1));
    input.add(nodeAddress(noted).at4(ip4(11, 0, 0, 1)));
    input.add(nodeAddress(open).at4(TEN));
    input.add(nodeAddress(NONE).at4(TEN));
    const build = input.compile();
    expect<string>(partition(build, 6)).toBe("0 1 1 2 3 3");
    expect<u32>(classKind(build, class4(build, 0))).toBe(ENDPOINT_NODE);
  });

  it("a pod's labels make no difference to the node address that a host-network pod is", () => {
    const input = new Input();
    input.nodesBy(input.selector([exists(APP)]));
    const node = input.node();
    const hosted = nodeAddress(node).at4(TEN).sharesAddress();
    input.add(nodeAddress(node).at4(TEN));
    input.add(hosted);
    expect<string>(partition(input.compile(), 2)).toBe("0 0");
  });

  it("each prefix has one external class, of its own family only", () => {
    const input = new Input();
    input.ipBlock(prefix4(TEN, 8));
    const build = input.compile();
    expect<u32>(prefixCount(build.tree)).toBe(3);
    expect<u32>(tupleCount(build.classes)).toBe(3);
    for (let number: u32 = 0; number < 3; ++number) {
      const endpoint = external(build, number);
      const used = number < 2 ? class4(build, endpoint) : class6(build, endpoint);
      const unused = number < 2 ? class6(build, endpoint) : class4(build, endpoint);
      expect<u32>(classKind(build, used)).toBe(ENDPOINT_EXTERNAL);
      expect<u32>(classSignature(build, used)).toBe(number);
      expect<u32>(unused).toBe(NONE);
    }
  });

  it("an external address that is not known is an endpoint with a set", () => {
    const input = new Input();
    const set = input.addressSet([prefix4(0, 0)]);
    const build = input.compile();
    const late = addLate(build, new Endpoint(ENDPOINT_EXTERNAL).oneOf4(set).sharesAddress());
    expect<u32>(classKind(build, class4(build, late))).toBe(ENDPOINT_EXTERNAL);
    expect<u32>(classSignature(build, class4(build, late))).toBe(SIGNATURE_SET | set);
  });

  it("pods and nodes with one address are two classes", () => {
    const input = new Input();
    const shop = input.namespace();
    input.add(pod(shop).at4(TEN));
    input.add(nodeAddress(NONE).at4(TEN));
    const build = input.compile();
    expect<string>(partition(build, 2)).toBe("0 1");
    expect<u32>(classKind(build, class4(build, 0))).toBe(ENDPOINT_POD);
  });
});
