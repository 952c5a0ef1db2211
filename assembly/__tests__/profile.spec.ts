import {
  CLASS_PORTS_BYTES,
  DIRECTION_EGRESS,
  DIRECTION_INGRESS,
  NONE,
  SLOT_PORTLESS,
  SLOT_SCTP,
  SLOT_TCP,
  SLOT_UDP,
  VERDICT_ALLOW,
  VERDICT_DENY,
} from "../abi";
import { tupleCount } from "../intern";
import { answer, class4, external } from "./ask";
import { Input, isIn, named, pod, range } from "./input";
import { APP, WEB, DB, TEN, BOTH, cluster, WEB_POD, DB_POD, WEBS, DBS, ingress, egress } from "./pair";

const HTTP: u32 = 201;

describe("isolation", () => {
  it("is per direction, as policyTypes say", () => {
    const input = cluster();
    input.networkPolicy(0, WEBS, DIRECTION_EGRESS);
    const build = input.compile();
    expect<u32>(egress(build, WEB_POD, DB_POD)).toBe(VERDICT_DENY);
    expect<u32>(ingress(build, DB_POD, WEB_POD)).toBe(VERDICT_ALLOW);
  });

  it("is of the pods selected and of nobody else", () => {
    const input = cluster();
    input.networkPolicy(0, WEBS, BOTH);
    const build = input.compile();
    expect<u32>(ingress(build, DB_POD, WEB_POD)).toBe(VERDICT_DENY);
    expect<u32>(ingress(build, WEB_POD, DB_POD)).toBe(VERDICT_ALLOW);
    expect<u32>(egress(build, DB_POD, WEB_POD)).toBe(VERDICT_ALLOW);
  });

  it("is of every pod of the namespace where the pod selector asks for nothing", () => {
    const input = cluster();
    const other = input.namespace();
    input.networkPolicy(0, NONE, DIRECTION_INGRESS);
    const stranger = input.add(pod(other).at4(TEN + 9));
    const build = input.compile();
    expect<u32>(ingress(build, DB_POD, WEB_POD)).toBe(VERDICT_DENY);
    expect<u32>(ingress(build, WEB_POD, DB_POD)).toBe(VERDICT_DENY);
    expect<u32>(ingress(build, WEB_POD, stranger)).toBe(VERDICT_ALLOW);
  });

  it("rules of a direction that the policy does not have say nothing", () => {
    const input = cluster();
    input.networkPolicy(0, WEBS, DIRECTION_EGRESS);
    input.allow(DIRECTION_INGRESS, [DBS]);
    input.networkPolicy(0, WEBS, DIRECTION_INGRESS);
    const build = input.compile();
    expect<u32>(ingress(build, DB_POD, WEB_POD)).toBe(VERDICT_DENY);
  });
});

describe("the rules of NetworkPolicies", () => {
  it("a rule without peers and ports allows everything", () => {
    const input = cluster();
    input.networkPolicy(0, WEBS, BOTH);
    input.allow(DIRECTION_INGRESS, []);
    const build = input.compile();
    expect<u32>(ingress(build, DB_POD, WEB_POD, 1, SLOT_PORTLESS)).toBe(VERDICT_ALLOW);
    expect<u32>(ingress(build, external(build), WEB_POD)).toBe(VERDICT_ALLOW);
    expect<u32>(egress(build, WEB_POD, DB_POD)).toBe(VERDICT_DENY, "the other direction has no rule");
  });

  it("all selecting policies make one union of allows", () => {
    const input = cluster();
    input.networkPolicy(0, WEBS, DIRECTION_INGRESS);
    input.allow(DIRECTION_INGRESS, [DBS], [range(SLOT_TCP, 80, 80)]);
    input.networkPolicy(0, NONE, DIRECTION_INGRESS);
    input.allow(DIRECTION_INGRESS, [DBS], [range(SLOT_TCP, 443, 443)]);
    input.networkPolicy(0, NONE, DIRECTION_INGRESS);
    const build = input.compile();
    expect<u32>(ingress(build, DB_POD, WEB_POD, 80)).toBe(VERDICT_ALLOW);
    expect<u32>(ingress(build, DB_POD, WEB_POD, 443)).toBe(VERDICT_ALLOW);
    expect<u32>(ingress(build, DB_POD, WEB_POD, 81)).toBe(VERDICT_DENY);
    expect<u32>(ingress(build, WEB_POD, DB_POD, 443)).toBe(VERDICT_DENY, "web is no peer");
  });

  it("a range holds its first and last port, and neighbours of the ranges beside it", () => {
    const input = cluster();
    input.networkPolicy(0, WEBS, DIRECTION_INGRESS);
    input.allow(DIRECTION_INGRESS, [], [range(SLOT_TCP, 100, 200), range(SLOT_TCP, 201, 300)]);
    input.allow(DIRECTION_INGRESS, [], [range(SLOT_TCP, 1, 1), range(SLOT_TCP, 65535, 65535)]);
    const build = input.compile();
    const allowed: u32[] = [1, 100, 200, 201, 300, 65535];
    const denied: u32[] = [0, 2, 99, 301, 65534];
    for (let i = 0; i < allowed.length; ++i) {
      expect<u32>(ingress(build, DB_POD, WEB_POD, allowed[i])).toBe(VERDICT_ALLOW, allowed[i].toString());
    }
    for (let i = 0; i < denied.length; ++i) {
      expect<u32>(ingress(build, DB_POD, WEB_POD, denied[i])).toBe(VERDICT_DENY, denied[i].toString());
    }
  });

  it("overlapping ranges of different peers each hold for their own", () => {
    const input = cluster();
    input.networkPolicy(0, NONE, DIRECTION_EGRESS);
    input.allow(DIRECTION_EGRESS, [WEBS], [range(SLOT_TCP, 10, 30)]);
    input.allow(DIRECTION_EGRESS, [DBS], [range(SLOT_TCP, 20, 40)]);
    const third = input.add(pod(0).at4(TEN + 5));
    const build = input.compile();
    const ports: u32[] = [9, 10, 19, 20, 30, 31, 40, 41];
    const web: string[] = [];
    const db: string[] = [];
    for (let i = 0; i < ports.length; ++i) {
      web.push(egress(build, third, WEB_POD, ports[i]).toString());
      db.push(egress(build, third, DB_POD, ports[i]).toString());
    }
    expect<string>(web.join("")).toBe("01111000");
    expect<string>(db.join("")).toBe("00011110");
  });

  it("a port entry is of its protocol; a rule with ports never matches a protocol without", () => {
    const input = cluster();
    input.networkPolicy(0, WEBS, DIRECTION_INGRESS);
    input.allow(DIRECTION_INGRESS, [], [range(SLOT_UDP, 0, 65535)]);
    const build = input.compile();
    expect<u32>(ingress(build, DB_POD, WEB_POD, 53, SLOT_UDP)).toBe(VERDICT_ALLOW);
    expect<u32>(ingress(build, DB_POD, WEB_POD, 53, SLOT_TCP)).toBe(VERDICT_DENY);
    expect<u32>(ingress(build, DB_POD, WEB_POD, 53, SLOT_SCTP)).toBe(VERDICT_DENY);
    expect<u32>(ingress(build, DB_POD, WEB_POD, 0, SLOT_PORTLESS)).toBe(VERDICT_DENY);
  });

  it("more than eight intervals answer as few do", () => {
    const input = cluster();
    input.networkPolicy(0, WEBS, DIRECTION_INGRESS);
    for (let i: u32 = 1; i <= 12; ++i) input.allow(DIRECTION_INGRESS, [], [range(SLOT_TCP, i * 10, i * 10 + 4)]);
    const build = input.compile();
    let wrong: u32 = 0;
    for (let port: u32 = 0; port < 200; ++port) {
      const allowed = port >= 10 && port < 130 && port % 10 < 5;
      if (ingress(build, DB_POD, WEB_POD, port) != (allowed ? VERDICT_ALLOW : VERDICT_DENY)) ++wrong;
    }
    expect<u32>(wrong).toBe(0);
    expect<u32>(tupleCount(build.portLists)).toBeGreaterThan(0);
  });
});

describe("named ports", () => {
  it("of an ingress rule are the subject's own", () => {
    const input = new Input();
    const namespace = input.namespace();
    input.networkPolicy(namespace, NONE, DIRECTION_INGRESS);
    input.allow(DIRECTION_INGRESS, [], [named(SLOT_TCP, HTTP)]);
    const a = input.add(
      pod(namespace)
        .ports([HTTP, SLOT_TCP, 8080])
        .at4(TEN + 1),
    );
    const b = input.add(
      pod(namespace)
        .ports([HTTP, SLOT_TCP, 9090])
        .at4(TEN + 2),
    );
    const none = input.add(pod(namespace).at4(TEN + 3));
    const build = input.compile();
    expect<u32>(ingress(build, b, a, 8080)).toBe(VERDICT_ALLOW);
    expect<u32>(ingress(build, b, a, 9090)).toBe(VERDICT_DENY);
    expect<u32>(ingress(build, a, b, 9090)).toBe(VERDICT_ALLOW);
    expect<u32>(ingress(build, a, b, 8080)).toBe(VERDICT_DENY);
    expect<u32>(ingress(build, a, none, 8080)).toBe(VERDICT_DENY);
    expect<u32>(ingress(build, b, a, 8080, SLOT_UDP)).toBe(VERDICT_DENY);
  });

  it("of an egress rule are each destination's own", () => {
    const input = new Input();
    const namespace = input.namespace();
    input.networkPolicy(namespace, input.selector([isIn(APP, [WEB])]), DIRECTION_EGRESS);
    input.allow(DIRECTION_EGRESS, [], [named(SLOT_TCP, HTTP)]);
    const web = input.add(
      pod(namespace, [APP, WEB])
        .ports([HTTP, SLOT_TCP, 7070])
        .at4(TEN + 1),
    );
    const a = input.add(
      pod(namespace)
        .ports([HTTP, SLOT_TCP, 8080])
        .at4(TEN + 2),
    );
    const b = input.add(
      pod(namespace)
        .ports([HTTP, SLOT_TCP, 9090])
        .at4(TEN + 3),
    );
    const build = input.compile();
    expect<u32>(egress(build, web, a, 8080)).toBe(VERDICT_ALLOW);
    expect<u32>(egress(build, web, a, 9090)).toBe(VERDICT_DENY);
    expect<u32>(egress(build, web, b, 9090)).toBe(VERDICT_ALLOW);
    expect<u32>(egress(build, web, b, 8080)).toBe(VERDICT_DENY);
    expect<u32>(egress(build, web, a, 7070)).toBe(VERDICT_DENY, "the source's own name does not count");
    expect<u32>(egress(build, web, external(build), 8080)).toBe(VERDICT_DENY, "no pod, no name");
  });

  it("of an egress rule with peers hold for those peers alone", () => {
    const input = cluster();
    input.networkPolicy(0, WEBS, DIRECTION_EGRESS);
    input.allow(DIRECTION_EGRESS, [DBS], [named(SLOT_TCP, HTTP)]);
    const db = input.add(
      pod(0, [APP, DB])
        .ports([HTTP, SLOT_TCP, 8080])
        .at4(TEN + 7),
    );
    const other = input.add(
      pod(0, [APP, 7])
        .ports([HTTP, SLOT_TCP, 8080])
        .at4(TEN + 8),
    );
    const build = input.compile();
    expect<u32>(egress(build, WEB_POD, db, 8080)).toBe(VERDICT_ALLOW);
    expect<u32>(egress(build, WEB_POD, other, 8080)).toBe(VERDICT_DENY);
    expect<u32>(egress(build, WEB_POD, DB_POD, 8080)).toBe(VERDICT_DENY, "it has no such port");
  });
});

describe("profiles", () => {
  it("subjects that the same policies select share their records", () => {
    const input = cluster();
    input.networkPolicy(0, NONE, BOTH);
    input.allow(DIRECTION_INGRESS, [WEBS], [range(SLOT_TCP, 80, 80)]);
    const build = input.compile();
    expect<u32>(class4(build, WEB_POD)).not.toBe(class4(build, DB_POD));
    const web = build.classPorts.data + <usize>class4(build, WEB_POD) * CLASS_PORTS_BYTES;
    const db = build.classPorts.data + <usize>class4(build, DB_POD) * CLASS_PORTS_BYTES;
    expect<i32>(memory.compare(web, db, CLASS_PORTS_BYTES)).toBe(0);
    expect<u32>(tupleCount(build.profiles)).toBe(2, "one a direction");
  });

  it("a subject without policies has the record of row all in every slot", () => {
    const build = cluster().compile();
    const ports = build.classPorts.data + <usize>class4(build, WEB_POD) * CLASS_PORTS_BYTES;
    for (let i: u32 = 0; i < 8; ++i) expect<u32>(load<u32>(ports + ((<usize>i) << 2))).toBe(0);
  });
});
