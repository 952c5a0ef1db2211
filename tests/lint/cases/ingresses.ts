/** Cases of what Ingresses lead to; the controllers' own labels are those of their charts. */
import { clusterPolicy, namespace, node, pod, policy, service } from "../../docs/objects.ts";
import { type Cases, select } from "./cluster.ts";

export const ingressTo = (name: string, more: object = {}, port: object = { number: 80 }): object => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { namespace: "shop", name: "site" },
  spec: { rules: [{ http: { paths: [{ path: "/", backend: { service: { name, port } } }] } }], ...more },
});
export const site: object = ingressTo("web");
const siteOf = (ingressClassName: string): object => ingressTo("web", { ingressClassName });

const nginx: readonly object[] = [
  namespace("ingress-nginx"),
  pod("ingress-nginx/controller", { labels: { "app.kubernetes.io/name": "ingress-nginx" }, ips: ["10.0.7.1"] }),
];
const onNode = (name: string, hostIP: string): object =>
  pod(`ingress-nginx/${name}`, {
    labels: { "app.kubernetes.io/name": "ingress-nginx" },
    hostNetwork: true,
    node: name,
    ips: [hostIP],
    hostIP,
  });
/** A site whose one pod is on the first of two nodes. */
const frontOnA: readonly object[] = [
  ingressTo("front", { ingressClassName: "nginx" }),
  service("shop/front", { selector: { app: "front" }, ports: [{ port: 80, targetPort: 8080 }] }),
  pod("shop/web-on-a", { labels: { app: "front" }, ips: ["10.0.0.20"], node: "a" }),
  node("a", ["192.0.2.11"]),
  node("b", ["192.0.2.12"]),
];
const frontIn = (rule: object): object => policy("shop/f", { podSelector: select({ app: "front" }), ingress: [rule] });

export const webService: object = service("shop/web", {
  selector: { app: "web" },
  ports: [{ port: 80, targetPort: 8080 }],
});

const web = (...rules: object[]): object =>
  policy("shop/web-in", { podSelector: select({ app: "web" }), policyTypes: ["Ingress"], ingress: rules });
const inside = { from: [{ podSelector: {} }] };
/** What many write: a namespace keeps to itself. */
export const closed: object = policy("shop/inside", { podSelector: {}, ingress: [inside] });
const from = (name: string): object => ({
  from: [{ namespaceSelector: select({ "kubernetes.io/metadata.name": name }) }],
});

export const INGRESSES: Cases = {
  "ingress-backend-cut": {
    fires: [site, webService, closed],
    says: /^`Ingress shop\/site` leads to it on 80, and `shop\/web` lets in nobody but pods of its own namespace on 8080\/TCP$/,
    silent: [
      // Nothing is restricted, there is no such Service, or it has no pods.
      [site, webService],
      [site, closed],
      [site, closed, service("shop/web", { selector: { app: "other" }, ports: [{ port: 80 }] })],
      [ingressTo("web", {}, { number: 81 }), webService, closed],
      [webService, closed],
      // A controller may be in the namespaces that get in, none of whose pods were loaded, or outside.
      [site, webService, web(from("ingress-nginx"))],
      [site, webService, web({ from: [{ namespaceSelector: {} }] })],
      [site, webService, web({ from: [{ namespaceSelector: select({ team: "ops" }) }] })],
      [site, webService, web({ from: [{ ipBlock: { cidr: "198.51.100.0/24" } }] })],
      [site, webService, web({ ports: [{ port: 8080 }] })],
      [site, webService, closed, web(from("ingress-nginx"))],
      // The pods that get in may be the controller's: they are not there, or something leads to them from outside.
      [site, webService, web({ from: [{ podSelector: select({ app: "edge" }) }] })],
      [
        site,
        webService,
        closed,
        pod("shop/edge", { labels: { app: "edge" }, ips: ["10.0.0.8"] }),
        service("shop/edge", { type: "LoadBalancer", selector: { app: "edge" }, ports: [{ port: 443 }] }),
      ],
      // `service-cut` says it.
      [site, webService, web()],
      // Cluster-wide policies may let it in, or those that are not modelled.
      [
        site,
        webService,
        closed,
        clusterPolicy("open", "Admin", 1, { ingress: [{ action: "Accept", from: [{ namespaces: {} }] }] }),
      ],
      [
        site,
        webService,
        closed,
        {
          apiVersion: "cilium.io/v2",
          kind: "CiliumNetworkPolicy",
          metadata: { namespace: "shop", name: "x" },
          spec: {},
        },
      ],
      // The controller is there, and gets in; or it is another one.
      [siteOf("nginx"), webService, ...nginx, web(from("ingress-nginx"))],
      [siteOf("nginx"), webService, ...nginx, closed, web(from("ingress-nginx"))],
      [siteOf("alb"), webService, ...nginx, web(from("ops"))],
      [site, webService, ...nginx, web(from("ops"))],
      // One of the pods behind it is open.
      [
        siteOf("nginx"),
        webService,
        ...nginx,
        policy("shop/some", { podSelector: select({ tier: "closed" }), ingress: [inside] }),
        pod("shop/web-2", { labels: { app: "web", tier: "closed" }, ips: ["10.0.0.8"] }),
      ],
      // On the host network, of the only node.
      [...frontOnA, onNode("a", "192.0.2.11"), frontIn(inside)],
      [
        ...frontOnA,
        onNode("a", "192.0.2.11"),
        onNode("b", "192.0.2.12"),
        frontIn({ from: [{ ipBlock: { cidr: "192.0.2.0/24" } }] }),
      ],
    ],
  },
};

/** More that must fire, each with what it says. */
export const CUT: Readonly<Record<string, readonly [objects: readonly object[], says: RegExp]>> = {
  "the clients' addresses instead of the controller's pods": [
    [siteOf("nginx"), webService, ...nginx, web({ from: [{ ipBlock: { cidr: "198.51.100.0/24" } }] })],
    /`shop\/web` lets in none of its controller's pods, such as `ingress-nginx\/controller`, on 8080\/TCP$/,
  ],
  "another namespace than the controller's": [
    [siteOf("nginx"), webService, ...nginx, web(from("ops"))],
    /lets in none of its controller's pods/,
  ],
  "another port than the pods'": [
    [
      siteOf("nginx"),
      webService,
      ...nginx,
      web({ ports: [{ port: 8443 }] }, { ...from("ops"), ports: [{ port: 8080 }] }),
    ],
    /on 8080\/TCP$/,
  ],
  "a port by its name": [
    [
      ingressTo("web", {}, { name: "http" }),
      closed,
      service("shop/web", { selector: { app: "web" }, ports: [{ name: "http", port: 80, targetPort: "http" }] }),
    ],
    /^`Ingress shop\/site` leads to it on http, and `shop\/web` lets in nobody but .* on 8080\/TCP$/,
  ],
  "a cluster-wide policy that denies the controller": [
    [
      siteOf("nginx"),
      webService,
      ...nginx,
      clusterPolicy("shut", "Admin", 1, { ingress: [{ action: "Deny", from: [{ namespaces: {} }] }] }),
    ],
    /lets in none of its controller's pods/,
  ],
  "controllers on the host network, of which one is on the pod's own node": [
    [...frontOnA, onNode("a", "192.0.2.11"), onNode("b", "192.0.2.12"), frontIn(inside)],
    /`shop\/web-on-a` lets in none of its controller's pods, such as `ingress-nginx\/a`/,
  ],
  "a Service of type NodePort, as some controllers ask for": [
    [
      site,
      closed,
      service("shop/web", { type: "NodePort", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] }),
    ],
    /lets in nobody but pods of its own namespace/,
  ],
};
