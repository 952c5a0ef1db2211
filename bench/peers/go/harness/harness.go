// Package harness is what the programs of all Go evaluators share: each reads a cluster and flows, and times itself.
//
//	PROGRAM CLUSTER.json FLOWS.json
//
// CLUSTER.json is a List of Namespaces, Nodes, Pods and NetworkPolicies; FLOWS.json a list of [source, destination, port,
// protocol], the ends as places among the list's pods. The program prints {"buildNanoseconds", "verdicts"} as one line of
// JSON, and then, for each line of input holding a count, the nanoseconds that evaluating that many flows took.
package harness

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strconv"
	"time"
)

// Flow is one of FLOWS.json: places of source and destination, port and IANA protocol number.
type Flow [4]int

// Evaluator says of flows that it was made ready for whether they pass.
type Evaluator interface {
	// Prepare turns flows into what the evaluator asks for; it is not timed.
	Prepare(flows []Flow)
	// Allows is whether flow i passes.
	Allows(i int) bool
}

// Run is the program of an evaluator.
func Run(newEvaluator func(*Cluster) Evaluator) {
	if len(os.Args) != 3 {
		log.Fatal("usage: PROGRAM CLUSTER.json FLOWS.json")
	}
	cluster := readCluster(os.Args[1])
	var flows []Flow
	decodeFile(os.Args[2], &flows)

	start := time.Now()
	evaluator := newEvaluator(cluster)
	build := time.Since(start)
	evaluator.Prepare(flows)
	verdicts := make([]int, len(flows))
	for i := range flows {
		if evaluator.Allows(i) {
			verdicts[i] = 1
		}
	}
	print(map[string]any{"buildNanoseconds": build.Nanoseconds(), "verdicts": verdicts})

	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		count, err := strconv.Atoi(lines.Text())
		if err != nil || count > len(flows) {
			log.Fatalf("%q is no count of flows", lines.Text())
		}
		allowed := 0
		start := time.Now()
		for i := range count {
			if evaluator.Allows(i) {
				allowed++
			}
		}
		print(map[string]any{"nanoseconds": time.Since(start).Nanoseconds(), "allowed": allowed})
	}
}

func print(value any) {
	line, err := json.Marshal(value)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(line))
}

func decodeFile(path string, into any) {
	file, err := os.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	if err := json.NewDecoder(bufio.NewReader(file)).Decode(into); err != nil {
		log.Fatalf("%s: %v", path, err)
	}
}
