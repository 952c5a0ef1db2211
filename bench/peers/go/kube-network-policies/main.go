// Command kube-network-policies evaluates flows with the engine of the module of that name.
package main

import (
	"context"
	"log"

	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	npafake "sigs.k8s.io/network-policy-api/pkg/client/clientset/versioned/fake"
	npainformers "sigs.k8s.io/network-policy-api/pkg/client/informers/externalversions"

	"sigs.k8s.io/kube-network-policies/pkg/networkpolicy"

	"netverdict/bench/harness"
)

func main() {
	harness.Run(newEvaluator)
}

// evaluator is a controller whose informers' stores hold the cluster, as the module's own tests fill them.
type evaluator struct {
	controller *networkpolicy.Controller
	cluster    *harness.Cluster
	packets    []packet
}

func newEvaluator(c *harness.Cluster) harness.Evaluator {
	client := fake.NewSimpleClientset()
	factory := informers.NewSharedInformerFactory(client, 0)
	npaClient := npafake.NewSimpleClientset()
	npaFactory := npainformers.NewSharedInformerFactory(npaClient, 0)
	controller, err := networkpolicy.NewController(
		client,
		factory.Networking().V1().NetworkPolicies(),
		factory.Core().V1().Namespaces(),
		factory.Core().V1().Pods(),
		factory.Core().V1().Nodes(),
		npaClient,
		npaFactory.Policy().V1alpha1().AdminNetworkPolicies(),
		npaFactory.Policy().V1alpha1().BaselineAdminNetworkPolicies(),
		networkpolicy.Config{NodeName: "bench", NRIdisabled: true},
	)
	check(err)
	namespaces := factory.Core().V1().Namespaces().Informer().GetStore()
	for _, namespace := range c.Namespaces {
		check(namespaces.Add(namespace))
	}
	pods := factory.Core().V1().Pods().Informer().GetStore()
	for _, pod := range c.Pods {
		check(pods.Add(pod))
	}
	policies := factory.Networking().V1().NetworkPolicies().Informer().GetStore()
	for _, policy := range c.Policies {
		check(policies.Add(policy))
	}
	return &evaluator{controller: controller, cluster: c}
}

// Prepare implements harness.Evaluator.
func (e *evaluator) Prepare(flows []harness.Flow) {
	e.packets = make([]packet, len(flows))
	for i, f := range flows {
		e.packets[i] = firstPacket(f, e.cluster.Pods)
	}
}

// Allows implements harness.Evaluator.
func (e *evaluator) Allows(i int) bool {
	return evaluatePacket(e.controller, context.Background(), e.packets[i])
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
