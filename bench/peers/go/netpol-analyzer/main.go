// Command netpol-analyzer evaluates flows with the engine of np-guard's module of that name.
package main

import (
	"log"
	"strconv"

	"github.com/np-guard/netpol-analyzer/pkg/netpol/eval"

	"netverdict/bench/harness"
)

func main() {
	harness.Run(newEvaluator)
}

type question struct{ source, destination, protocol, port string }

type evaluator struct {
	engine    *eval.PolicyEngine
	cluster   *harness.Cluster
	questions []question
}

func newEvaluator(c *harness.Cluster) harness.Evaluator {
	engine := eval.NewPolicyEngine()
	for _, namespace := range c.Namespaces {
		check(engine.InsertObject(namespace))
	}
	for _, pod := range c.Pods {
		check(engine.InsertObject(pod))
	}
	for _, policy := range c.Policies {
		check(engine.InsertObject(policy))
	}
	return &evaluator{engine: engine, cluster: c}
}

// Prepare implements harness.Evaluator.
func (e *evaluator) Prepare(flows []harness.Flow) {
	name := func(pod int) string {
		return e.cluster.Pods[pod].Namespace + "/" + e.cluster.Pods[pod].Name
	}
	e.questions = make([]question, len(flows))
	for i, f := range flows {
		e.questions[i] = question{name(f[0]), name(f[1]), string(harness.Protocols[f[3]]), strconv.Itoa(f[2])}
	}
}

// Allows implements harness.Evaluator.
func (e *evaluator) Allows(i int) bool {
	q := e.questions[i]
	allowed, err := e.engine.CheckIfAllowed(q.source, q.destination, q.protocol, q.port)
	check(err)
	return allowed
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
