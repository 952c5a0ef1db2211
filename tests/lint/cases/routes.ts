/** Cases of what Routes lead to: OpenShift's, and those of the Gateway API. */
import { namespace, pod, policy, service } from "../../docs/objects.ts";
import { type MoreCases, select } from "./cluster.ts";
import { closed, webService } from "./ingresses.ts";

const route = (spec: object): object => ({
  apiVersion: "route.openshift.io/v1",
  kind: "Route",
  metadata: { namespace: "shop", name: "site" },
  spec: { to: { kind: "Service", name: "web" }, ...spec },
});
const site = route({});

const router = (more: object = {}): object[] => [
  namespace("openshift-ingress", { "network.openshift.io/policy-group": "ingress" }),
  pod("openshift-ingress/router-default-1", {
    labels: { "ingresscontroller.operator.openshift.io/deployment-ingresscontroller": "default" },
    ips: ["10.0.7.1"],
    ...more,
  }),
];

const httpRoute = (gateway: object, backend: object = {}, kind = "HTTPRoute"): object => ({
  apiVersion: "gateway.networking.k8s.io/v1",
  kind,
  metadata: { namespace: "shop", name: "site" },
  spec: {
    parentRefs: [{ name: "edge", ...gateway }],
    rules: [{ backendRefs: [{ name: "web", port: 80, ...backend }] }],
  },
});
const edgeSite = httpRoute({ namespace: "edge" });
const gatewayPod = [
  namespace("edge"),
  pod("edge/edge-1", { labels: { "gateway.networking.k8s.io/gateway-name": "edge" }, ips: ["10.0.8.1"] }),
];

const twoPorts = service("shop/web", {
  selector: { app: "web" },
  ports: [
    { name: "http", port: 80, targetPort: 8080 },
    { name: "metrics", port: 9100 },
  ],
});
const fromSpace = (labels: object, ...ports: object[]): object =>
  policy("shop/web-in", {
    podSelector: select({ app: "web" }),
    policyTypes: ["Ingress"],
    ingress: [{ from: [{ namespaceSelector: select(labels) }], ...(ports.length > 0 && { ports }) }],
  });
const fromOps = fromSpace({ team: "ops" });
const fromRouter = fromSpace({ "network.openshift.io/policy-group": "ingress" });
const insideOn = (...ports: object[]): object =>
  policy("shop/inside", { podSelector: {}, ingress: [{ from: [{ podSelector: {} }], ports }] });
const lookup = [
  service("shop/dns", { selector: { app: "db" }, ports: [{ port: 53, protocol: "UDP" }] }),
  httpRoute({ namespace: "edge" }, { name: "dns", port: 53 }, "UDPRoute"),
];

export const ROUTES: Readonly<Record<string, MoreCases>> = {
  "ingress-backend-cut": {
    fires: {
      "a Route to pods that let in their own namespace": [
        [site, webService, closed],
        /^`Route shop\/site` leads to it, and `shop\/web` lets in nobody but pods of its own namespace on 8080\/TCP$/,
      ],
      "a Route by a port's name": [
        [route({ port: { targetPort: "http" } }), twoPorts, closed],
        /^`Route shop\/site` leads to it on http, and `shop\/web` lets in nobody but .* on 8080\/TCP$/,
      ],
      "a Route by the pods' port": [
        [route({ port: { targetPort: 8080 } }), twoPorts, closed],
        /leads to it on 8080, and/,
      ],
      "a Route's other backend": [
        [
          route({ to: { name: "none" }, alternateBackends: [{ kind: "Service", name: "web", weight: 1 }] }),
          webService,
          closed,
        ],
        /^`Route shop\/site` leads to it/,
      ],
      "OpenShift's router, which gets in nowhere": [
        [site, webService, ...router(), fromOps],
        /lets in none of its controller's pods, such as `openshift-ingress\/router-default-1`, on 8080\/TCP$/,
      ],
      "an HTTPRoute to pods that let in their own namespace": [
        [edgeSite, webService, closed],
        /^`HTTPRoute shop\/site` leads to it on 80, and `shop\/web` lets in nobody but/,
      ],
      "a Gateway whose pods get in nowhere": [
        [edgeSite, webService, ...gatewayPod, fromOps],
        /lets in none of its controller's pods, such as `edge\/edge-1`, on 8080\/TCP$/,
      ],
      "a UDPRoute": [[...lookup, insideOn({ port: 53, protocol: "UDP" })], /on 53\/UDP$/],
    },
    silent: {
      "OpenShift's router, which gets in": [site, webService, ...router(), fromRouter],
      "a router that was not loaded": [site, webService, fromRouter],
      "a router on the host network": [site, webService, ...router({ hostNetwork: true, ips: ["192.0.2.1"] }), fromOps],
      "a Route to another kind of backend": [route({ to: { kind: "Bucket", name: "web" } }), webService, closed],
      "a Route by a name that no port has": [route({ port: { targetPort: "grpc" } }), twoPorts, closed],
      "a Route without a port, to pods that are open on one": [
        site,
        twoPorts,
        insideOn({ port: 8080 }),
        fromSpace({ team: "elsewhere" }, { port: 9100 }),
      ],
      "a Knative Route": [{ ...site, apiVersion: "serving.knative.dev/v1" }, webService, closed],
      "a Gateway whose pods get in": [
        edgeSite,
        webService,
        ...gatewayPod,
        fromSpace({ "kubernetes.io/metadata.name": "edge" }),
      ],
      "a Gateway of the same namespace, whose pods are not known": [httpRoute({}), webService, closed],
      "a route of a mesh": [httpRoute({ kind: "Service", group: "" }), webService, closed],
      "a UDPRoute to pods that let it in": [
        ...lookup,
        policy("shop/dns", {
          podSelector: select({ app: "db" }),
          ingress: [{ ports: [{ port: 53, protocol: "UDP" }] }],
        }),
      ],
    },
  },
};
