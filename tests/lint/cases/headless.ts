/** Headless Services whose pods listen on another port than theirs: clients use either number, controllers that of the endpoints. */
import { namespace, pod, policy, service } from "../../docs/objects.ts";
import { type MoreCases, select, toDb } from "./cluster.ts";
import { ingressTo } from "./ingresses.ts";

const headless = (name: string, targetPort: number | string, more: object = {}): object =>
  service(`shop/${name}`, { clusterIP: "None", selector: { app: name }, ports: [{ port: 80, targetPort, ...more }] });
const toDbOn = (port: number | string): object => toDb({ ports: [{ port }] });

const behind: readonly object[] = [
  ingressTo("web", { ingressClassName: "nginx" }),
  namespace("ingress-nginx"),
  pod("ingress-nginx/controller", { labels: { "app.kubernetes.io/name": "ingress-nginx" }, ips: ["10.0.7.1"] }),
];
const fromController = (port: number | string): object =>
  policy("shop/web-in", {
    podSelector: select({ app: "web" }),
    ingress: [
      {
        from: [{ namespaceSelector: select({ "kubernetes.io/metadata.name": "ingress-nginx" }) }],
        ports: [{ port }],
      },
    ],
  });
const shutOut = /lets in none of its controller's pods, such as `ingress-nginx\/controller`, on 8080\/TCP$/;

export const HEADLESS: Readonly<Record<string, MoreCases>> = {
  "service-cut": {
    silent: {
      "a rule for the number of a headless Service": [toDbOn(80), headless("db", 5432)],
      "a rule for the port of a headless Service's pods": [toDbOn(5432), headless("db", 5432)],
      "a rule for the port of a headless Service's pods, which it has by name": [toDbOn(5432), headless("db", "sql")],
    },
    fires: {
      "a headless Service, with a rule neither for its number nor its pods'": [
        [toDbOn(81), headless("db", "sql", { name: "db" })],
        /no rule is for 5432\/TCP or 80\/TCP$/,
      ],
      "a headless Service whose number is its pods'": [[toDbOn(81), headless("db", 80)], /no rule is for 80\/TCP$/],
      "a Service with an address, whose number no pod sees": [
        [toDbOn(80), service("shop/db", { selector: { app: "db" }, ports: [{ port: 80, targetPort: 5432 }] })],
        /no rule is for 5432\/TCP$/,
      ],
    },
  },
  "ingress-backend-cut": {
    silent: {
      "the endpoints' port of a headless Service": [...behind, headless("web", 8080), fromController(8080)],
      "the endpoints' port of a headless Service, which it has by name": [
        ...behind,
        headless("web", "http"),
        fromController(8080),
      ],
    },
    fires: {
      "the number of a headless Service, whose endpoints have another": [
        [...behind, headless("web", 8080), fromController(80)],
        shutOut,
      ],
      "the number of a headless Service, whose endpoints' port has a name": [
        [...behind, headless("web", "http"), fromController(80)],
        shutOut,
      ],
    },
  },
};
