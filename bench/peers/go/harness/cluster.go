package harness

import (
	"encoding/json"
	"log"

	v1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
)

// Cluster is what CLUSTER.json holds, with the defaults that the API server fills in.
type Cluster struct {
	Namespaces []*v1.Namespace
	Pods       []*v1.Pod
	Policies   []*networkingv1.NetworkPolicy
}

// Protocols are the IANA numbers of flows.
var Protocols = map[int]v1.Protocol{6: v1.ProtocolTCP, 17: v1.ProtocolUDP, 132: v1.ProtocolSCTP}

func readCluster(path string) *Cluster {
	var list struct{ Items []json.RawMessage }
	decodeFile(path, &list)
	c := &Cluster{}
	for _, item := range list.Items {
		var head struct{ Kind string }
		decode(item, &head)
		switch head.Kind {
		case "Namespace":
			namespace := &v1.Namespace{}
			decode(item, namespace)
			if namespace.Labels == nil {
				namespace.Labels = map[string]string{}
			}
			namespace.Labels[v1.LabelMetadataName] = namespace.Name
			c.Namespaces = append(c.Namespaces, namespace)
		case "Pod":
			pod := &v1.Pod{}
			decode(item, pod)
			setPodDefaults(pod)
			c.Pods = append(c.Pods, pod)
		case "NetworkPolicy":
			policy := &networkingv1.NetworkPolicy{}
			decode(item, policy)
			setPolicyDefaults(policy)
			c.Policies = append(c.Policies, policy)
		}
	}
	return c
}

func setPodDefaults(pod *v1.Pod) {
	for i := range pod.Spec.Containers {
		ports := pod.Spec.Containers[i].Ports
		for j := range ports {
			if ports[j].Protocol == "" {
				ports[j].Protocol = v1.ProtocolTCP
			}
		}
	}
}

// The benchmark's policies all have policyTypes; only a port's protocol may be missing.
func setPolicyDefaults(policy *networkingv1.NetworkPolicy) {
	tcp := v1.ProtocolTCP
	setPorts := func(ports []networkingv1.NetworkPolicyPort) {
		for i := range ports {
			if ports[i].Protocol == nil {
				ports[i].Protocol = &tcp
			}
		}
	}
	for i := range policy.Spec.Ingress {
		setPorts(policy.Spec.Ingress[i].Ports)
	}
	for i := range policy.Spec.Egress {
		setPorts(policy.Spec.Egress[i].Ports)
	}
}

func decode(item json.RawMessage, into any) {
	if err := json.Unmarshal(item, into); err != nil {
		log.Fatal(err)
	}
}
