import { describe, expect, test } from "vitest";
import { codes, manifest, read } from "./support.ts";

describe("policies of kinds that are not modelled are named, never an error", () => {
  test.each([
    ["policy.networking.k8s.io/v1alpha1", "ClusterSomething", ""],
    ["projectcalico.org/v3", "NetworkPolicy", "ns"],
    ["projectcalico.org/v3", "GlobalNetworkPolicy", ""],
    ["crd.projectcalico.org/v1", "NetworkPolicy", "ns"],
    ["cilium.io/v2", "CiliumNetworkPolicy", "ns"],
    ["cilium.io/v2", "CiliumClusterwideNetworkPolicy", ""],
    ["crd.antrea.io/v1beta1", "NetworkPolicy", "ns"],
    ["crd.antrea.io/v1beta1", "ClusterNetworkPolicy", ""],
    ["k8s.ovn.org/v1", "EgressFirewall", "ns"],
    ["network.openshift.io/v1", "EgressNetworkPolicy", "ns"],
    ["k8s.cni.cncf.io/v1beta1", "MultiNetworkPolicy", "ns"],
    ["security.istio.io/v1", "AuthorizationPolicy", "ns"],
    ["security.istio.io/v1", "PeerAuthentication", "ns"],
    ["k8s.ovn.org/v1", "UserDefinedNetwork", "ns"],
    ["k8s.ovn.org/v1", "ClusterUserDefinedNetwork", ""],
    ["kuma.io/v1alpha1", "MeshTrafficPermission", "ns"],
    ["kuma.io/v1alpha1", "TrafficPermission", ""],
    ["consul.hashicorp.com/v1alpha1", "ServiceIntentions", "ns"],
    ["networking.gke.io/v1alpha1", "FQDNNetworkPolicy", "ns"],
  ])("%s %s", (apiVersion, kind, namespace) => {
    const { unmodelled, networkPolicies, skipped } = read(manifest(apiVersion, kind, `"spec": {"anything": 1}`));
    const reference = namespace === "" ? { kind, name: "x" } : { kind, namespace, name: "x" };
    expect(unmodelled).toMatchObject([{ reference, namespace }]);
    expect([networkPolicies.length, skipped.size]).toEqual([0, 0]);
  });

  test("one without a namespace is in the default namespace", () => {
    const object = { apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy", metadata: { name: "x" } };
    expect(read(object, { defaultNamespace: "shop" }).unmodelled[0]?.namespace).toBe("shop");
  });

  test.each([
    ["Istio", "istio-system", "security.istio.io/v1", "AuthorizationPolicy"],
    ["Kuma", "kuma-system", "kuma.io/v1alpha1", "MeshTrafficPermission"],
  ])("one of the root namespace of %s is one of every namespace", (_, namespace, apiVersion, kind) => {
    const [found] = read({ apiVersion, kind, metadata: { namespace, name: "deny-all" } }).unmodelled;
    expect(found).toMatchObject({ reference: { namespace }, namespace: "" });
  });

  test("it knows where it starts", () => {
    const text = `\n  ${manifest("cilium.io/v2", "CiliumNetworkPolicy")}`;
    expect(read(text).unmodelled[0]?.origin.locate([])).toEqual({ line: 2, column: 3 });
  });
});

describe("objects that no verdict depends on are counted by kind", () => {
  test.each([
    ["projectcalico.org/v3", "StagedNetworkPolicy"],
    ["projectcalico.org/v3", "StagedGlobalNetworkPolicy"],
    ["projectcalico.org/v3", "StagedKubernetesNetworkPolicy"],
    ["projectcalico.org/v3", "Tier"],
    ["crd.antrea.io/v1beta1", "Tier"],
    ["v1", "ConfigMap"],
    ["networking.k8s.io/v1", "Ingress"],
    ["example.com/v1", "Pod"],
    ["serving.knative.dev/v1", "Service"],
    ["constructor/v1", "toString"],
    ["toString.io/v1", "Pod"],
    ["apps.kruise.io/v1alpha1", "DaemonSet"],
    ["batch.volcano.sh/v1alpha1", "Job"],
    ["apps.io/v1", "StatefulSet"],
    ["batch.io/v1", "Job"],
    ["jobs.x-k8s.io/v1", "Job"],
    ["projectcalico.org/v3", "GlobalNetworkSet"],
    ["kustomize.toolkit.fluxcd.io/v1", "Kustomization"],
    ["length/v1", "constructor"],
    ["name/v1", "toString"],
  ])("%s %s", (apiVersion, kind) => {
    const { skipped, unmodelled, caveats } = read([manifest(apiVersion, kind), manifest(apiVersion, kind)]);
    expect([...skipped]).toEqual([[kind, 2]]);
    expect(unmodelled).toEqual([]);
    expect(caveats.map(({ code }) => code)).toEqual(["skipped-kinds"]);
  });

  test("nothing skipped, no caveat", () => {
    expect(read(manifest("v1", "Pod")).caveats).toEqual([]);
  });

  test("what is skipped is not checked", () => {
    expect(codes({ apiVersion: "v1", kind: "ConfigMap" })).toEqual([]);
  });
});

describe("a version that is not read is refused", () => {
  test.each([
    ["v2", "Pod"],
    ["apps/v2", "Deployment"],
    ["batch/v2", "Job"],
    ["discovery.k8s.io/v1alpha1", "EndpointSlice"],
    ["networking.k8s.io/v1beta1", "NetworkPolicy"],
    ["policy.networking.k8s.io/v1alpha1", "ClusterNetworkPolicy"],
    ["policy.networking.k8s.io/v1alpha2", "AdminNetworkPolicy"],
    ["policy.networking.k8s.io/v1beta1", "BaselineAdminNetworkPolicy"],
    ["policy.networking.k8s.io/v1beta1", "AdminNetworkPolicy"],
    ["policy.networking.k8s.io/v1", "ClusterNetworkPolicy"],
  ])("%s %s", (apiVersion, kind) => {
    expect(codes(manifest(apiVersion, kind))).toEqual(["unsupported-api-version apiVersion"]);
  });
});

describe("what is no API version is refused", () => {
  test.each(["networking.k/8s.io/v1", "networking.k8s.null io/v1", "networking.k8s.io/", "/v1", "v 1"])(
    "%s",
    (apiVersion) => {
      expect(codes(manifest(apiVersion, "NetworkPolicy"))).toEqual(["unsupported-api-version apiVersion"]);
      expect(codes(manifest(apiVersion, "ConfigMap"))).toEqual(["unsupported-api-version apiVersion"]);
    },
  );
});

describe("a kind that is misspelt is an error, because it would be missing from every verdict", () => {
  test.each([
    ["v1", "pod"],
    ["v1", "Pods"],
    ["v1", "namespace"],
    ["v1", "Namepsace"],
    ["v1", "Nodes"],
    ["v1", "service"],
    ["apps/v1", "deployment"],
    ["apps/v1", "Statefulset"],
    ["apps/v1", "Daemonset"],
    ["batch/v1", "Cronjob"],
    ["discovery.k8s.io/v1", "EndpointsSlice"],
    ["networking.k8s.io/v1", "Networkpolicy"],
    ["policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolcy"],
    ["policy.networking.k8s.io/v1alpha1", "adminnetworkpolicy"],
    ["networking.k8s.io/v1", "NetworkPolcy"],
    ["crd.projectcalico.org/v1", "GlobalNetworkPolcy"],
    ["projectcalico.org/v3", "globalnetworkpolicy"],
    ["cilium.io/v2", "ciliumNetworkpolicy"],
    ["cilium.io/v2", "CiliumClusterwideNetworkPolcy"],
    ["security.istio.io/v1", "AuthorisationPolicy"],
    ["networking.k8s.io/v1", "NetPolicy"],
    ["networking.k8s.io/v1", "Policy"],
    ["networking.k8s.io/v1", "NetworkPolicySpec"],
    ["networking.k8s.io/v1", "Network"],
  ])("%s %s", (apiVersion, kind) => {
    expect(codes(manifest(apiVersion, kind))).toEqual(["unsupported-api-version kind"]);
  });

  // Groups without a dot are Kubernetes' own: no custom kind can be of them.
  test.each([
    ["v1", "Deployment"],
    ["v1", "EndpointSlice"],
    ["app/v1", "Deployment"],
    ["apps", "Deployment"],
    ["batch/v1", "Deployment"],
    ["apps/v1", "Pod"],
    ["apps/v1", "CronJob"],
    ["core/v1", "Service"],
    ["toString/v1", "Pod"],
    ["discovery/v1", "EndpointSlice"],
    ["discovery.k8s.oi/v1", "EndpointSlice"],
    ["networking.k8s.io/v1", "Pod"],
    ["rbac.authorization.k8s.io/v1", "Service"],
  ])("so is %s of %s", (apiVersion, kind) => {
    expect(codes(manifest(apiVersion, kind))).toEqual(["unsupported-api-version apiVersion"]);
  });

  test("the message says which kind was probably meant", () => {
    expect(() => read(manifest("v1", "pod"))).toThrow("did you mean `Pod`?");
    expect(() => read(manifest("networking.k8s.io/v1", "Networkpolicy"))).toThrow("did you mean `NetworkPolicy`?");
  });

  test.each([
    ["v1", "PodTemplate"],
    ["v1", "ServiceAccount"],
    ["v1", "Endpoints"],
    ["v1", "Event"],
    ["apps/v1", "ControllerRevision"],
    ["networking.k8s.io/v1", "IngressClass"],
    ["networking.k8s.io/v1", "IPAddress"],
    ["networking.k8s.io/v1", "ServiceCIDR"],
    ["example.com/v1", "pod"],
  ])("%s %s is another kind", (apiVersion, kind) => {
    expect(codes(manifest(apiVersion, kind))).toEqual([]);
  });
});

describe("what is given in place of objects is an error", () => {
  test.each([
    ["v1", "Status"],
    ["meta.k8s.io/v1", "Table"],
    ["meta.k8s.io/v1", "PartialObjectMetadata"],
    ["meta.k8s.io/v1", "PartialObjectMetadataList"],
    ["kustomize.config.k8s.io/v1beta1", "Kustomization"],
    ["kustomize.config.k8s.io/v1alpha1", "Component"],
    ["template.openshift.io/v1", "Template"],
    ["v1", "Template"],
  ])("%s %s", (apiVersion, kind) => {
    expect(codes({ apiVersion, kind, metadata: {}, status: "Failure" })).toEqual(["invalid-object "]);
  });

  test("but not a Template that a cluster keeps: it has made nothing yet", () => {
    const metadata = { name: "t", namespace: "openshift", resourceVersion: "7" };
    expect(codes({ apiVersion: "template.openshift.io/v1", kind: "Template", metadata, objects: [] })).toEqual([]);
    expect(codes({ apiVersion: "example.com/v1", kind: "Template", metadata: { name: "t" } })).toEqual([]);
  });

  test("with the API server's reason", () => {
    expect(() => read({ apiVersion: "v1", kind: "Status", message: "pods is forbidden" })).toThrow("pods is forbidden");
  });
});
