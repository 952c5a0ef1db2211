/** Rules and entries that several others together include, or nearly do. */
import { baselineAdminPolicy, clusterPolicy, policy } from "../../docs/objects.ts";
import { type MoreCases, select } from "./cluster.ts";

const withLabel = (operator: string, values?: readonly string[], key = "app"): object => ({
  matchExpressions: [{ key, operator, ...(values && { values }) }],
});
const pods = (podSelector: object, namespaceSelector: object = {}): object => ({
  pods: { namespaceSelector, podSelector },
});
const rule = (action: string, to: readonly object[], ...protocols: object[]): object => ({
  action,
  to,
  ...(protocols.length > 0 && { protocols }),
});
const tcp = (start: number, end: number): object => ({ tcp: { destinationPort: { range: { start, end } } } });
const admin = (...rules: object[]): object => clusterPolicy("a", "Admin", 1, { egress: rules });
const all = [{ namespaces: {} }];
const networks = (...list: string[]): object => ({ networks: list });

const additive = (...rules: object[]): object =>
  policy("shop/p", { podSelector: select({ app: "db" }), ingress: rules });
const blockBut = (cidr: string, ...except: string[]): object => ({ ipBlock: { cidr, except } });
const blocks = (...cidrs: string[]): object[] => cidrs.map((cidr) => ({ ipBlock: { cidr } }));
const port = (first: number, last: number): object => ({ port: first, endPort: last });
const from = (podSelector: object): object => ({ from: [{ podSelector }] });

export const UNIONS: Readonly<Record<string, MoreCases>> = {
  "unreachable-tier-rule": {
    fires: {
      "values of a label, one by one": [
        [
          admin(
            rule("Deny", [pods(select({ app: "db" }))]),
            rule("Deny", [pods(select({ app: "web" }))]),
            rule("Accept", [pods(withLabel("In", ["db", "web"]))]),
          ),
        ],
        /^spec\.egress\[0\] and spec\.egress\[1\] of `ClusterNetworkPolicy a` together decide all that it speaks of$/,
      ],
      "a label that is there, and not": [
        [
          admin(
            rule("Pass", [pods(withLabel("Exists"))]),
            rule("Pass", [pods(withLabel("DoesNotExist"))]),
            rule("Deny", all),
          ),
        ],
        /^spec\.egress\[0\] and spec\.egress\[1\] of/,
      ],
      "ranges of ports": [
        [
          admin(
            rule("Deny", all, tcp(1, 1024)),
            rule("Deny", all, tcp(5000, 6000)),
            rule("Deny", all, tcp(1025, 2000)),
            rule("Accept", all, tcp(80, 1500)),
          ),
        ],
        /^spec\.egress\[0\] and spec\.egress\[2\] of `ClusterNetworkPolicy a` together/,
      ],
      "halves of a network": [
        [
          admin(
            rule("Deny", [networks("10.0.0.0/9")]),
            rule("Deny", [networks("10.128.0.0/9")]),
            rule("Accept", [networks("10.0.0.0/8")]),
          ),
        ],
        /together decide/,
      ],
      "pods, after every address": [
        [admin(rule("Deny", [networks("0.0.0.0/0", "::/0")]), rule("Accept", all))],
        /^spec\.egress\[0\] of `ClusterNetworkPolicy a` decides/,
      ],
      "nodes, after every address": [
        [admin(rule("Deny", [networks("0.0.0.0/0", "::/0")]), rule("Accept", [{ nodes: {} }]))],
        /^spec\.egress\[0\] of `ClusterNetworkPolicy a` decides/,
      ],
      "what several policies select": [
        [
          clusterPolicy("a", "Admin", 1, {
            subject: { namespaces: withLabel("Exists", undefined, "team") },
            egress: [rule("Deny", all)],
          }),
          clusterPolicy("b", "Admin", 2, {
            subject: { namespaces: withLabel("DoesNotExist", undefined, "team") },
            egress: [rule("Pass", all)],
          }),
          clusterPolicy("c", "Admin", 3, { egress: [rule("Accept", all)] }),
        ],
        /^spec\.egress\[0\] of `ClusterNetworkPolicy a` and spec\.egress\[0\] of `ClusterNetworkPolicy b` together/,
      ],
      "a Baseline rule that the Admin tier leaves nothing": [
        [admin(rule("Deny", all)), clusterPolicy("b", "Baseline", 1, { egress: [rule("Accept", all)] })],
        /^spec\.egress\[0\] of `ClusterNetworkPolicy a` decides all that it speaks of$/,
      ],
    },
    silent: {
      "one value left": [
        admin(
          rule("Deny", [pods(select({ app: "db" }))]),
          rule("Deny", [pods(select({ app: "web" }))]),
          rule("Accept", [pods(withLabel("In", ["db", "web", "probe"]))]),
        ),
      ],
      "what lacks the label left": [
        admin(rule("Pass", [pods(withLabel("Exists"))]), rule("Deny", [pods(withLabel("NotIn", ["web"]))])),
      ],
      "one port left": [
        admin(rule("Deny", all, tcp(1, 1023)), rule("Deny", all, tcp(1025, 2000)), rule("Accept", all, tcp(80, 1500))),
      ],
      "protocols of which no rule speaks": [
        admin(rule("Deny", all, { tcp: {} }, { udp: {} }, { sctp: {} }), rule("Accept", all)),
      ],
      "one family left": [admin(rule("Deny", [networks("0.0.0.0/0")]), rule("Accept", all))],
      "a namespace for one, a pod for the other": [
        admin(
          rule("Deny", [pods(select({ app: "db" }), select({ team: "ops" }))]),
          rule("Deny", [pods({}, select({ team: "shop" }))]),
          rule("Accept", [
            pods(select({ app: "db" }), withLabel("In", ["ops", "shop"], "team")),
            pods({}, select({ team: "ops" })),
          ]),
        ),
      ],
      "a Baseline rule that some flows are passed to": [
        admin(rule("Pass", [pods(select({ app: "db" }))]), rule("Deny", all)),
        clusterPolicy("b", "Baseline", 1, { egress: [rule("Accept", all)] }),
      ],
      "tiers of two APIs": [admin(rule("Deny", all)), baselineAdminPolicy({ egress: [{ action: "Allow", to: all }] })],
    },
  },
  "redundant-rule": {
    fires: {
      "ranges that meet": [
        [additive({ ports: [port(1, 1024)] }, { ports: [port(1025, 2000)] }, { ports: [port(1000, 1100)] })],
        /^spec\.ingress\[0\] and spec\.ingress\[1\] of `NetworkPolicy shop\/p` together allow all that it does$/,
      ],
    },
    silent: {
      "ranges with a gap": [
        additive({ ports: [port(1, 1024)] }, { ports: [port(1026, 2000)] }, { ports: [port(1000, 1100)] }),
      ],
      // Whether an ipBlock matches pods is up to the plugin.
      "pods beside every address": [additive({ from: blocks("0.0.0.0/0", "::/0") }, { from: [{ podSelector: {} }] })],
    },
  },
  "redundant-policy": {
    fires: {
      "rules of two others": [
        [
          policy("shop/a", { podSelector: {}, ingress: [from(withLabel("Exists"))] }),
          policy("shop/b", { podSelector: {}, ingress: [from(withLabel("DoesNotExist"))] }),
          policy("shop/c", { podSelector: select({ app: "db" }), ingress: [from({})] }),
        ],
        /^`NetworkPolicy shop\/a`, `NetworkPolicy shop\/b` together isolate its pods and allow all that it does$/,
      ],
    },
  },
  "redundant-entry": {
    fires: {
      "halves of a block": [
        [
          additive({
            from: [
              blockBut("10.0.0.0/9", "10.0.0.0/24"),
              blockBut("10.128.0.0/9", "10.128.0.0/24"),
              blockBut("10.0.0.0/8", "10.0.0.0/16", "10.128.0.0/16"),
            ],
          }),
        ],
        /^entries 1 and 2 of this list together include whomever this one, entry 3, does$/,
      ],
      "ranges that meet": [
        [additive({ ports: [port(1, 80), port(81, 90), port(70, 85)] })],
        /^entries 1 and 2 of this list together include every port of this one, entry 3$/,
      ],
    },
    silent: {
      "halves of a block, with an exception": [
        additive({
          from: [
            { ipBlock: { cidr: "10.0.0.0/9", except: ["10.1.0.0/16"] } },
            ...blocks("10.128.0.0/9", "10.0.0.0/15"),
          ],
        }),
      ],
    },
  },
};
