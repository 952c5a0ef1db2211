package main

import (
	"context"
	"log"
	"net"
	_ "unsafe" // for go:linkname

	v1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kube-network-policies/pkg/networkpolicy"

	"netverdict/bench/harness"
)

// packet has the layout of networkpolicy.packet, which the module does not export (v0.8.0, pkg/networkpolicy/packet.go).
type packet struct {
	id      uint32
	family  v1.IPFamily
	srcIP   net.IP
	dstIP   net.IP
	proto   v1.Protocol
	srcPort int
	dstPort int
	payload []byte
}

// evaluatePacket is the engine's own entry. The published module keeps it to its controller, which feeds it from a kernel
// queue; linking to it measures the evaluation alone.
//
//go:linkname evaluatePacket sigs.k8s.io/kube-network-policies/pkg/networkpolicy.(*Controller).evaluatePacket
func evaluatePacket(c *networkpolicy.Controller, ctx context.Context, p packet) bool

// firstPacket is the first packet of a flow's connection, between its pods' IPv4 addresses.
func firstPacket(f harness.Flow, pods []*v1.Pod) packet {
	return packet{
		family:  v1.IPv4Protocol,
		srcIP:   address(pods[f[0]]),
		dstIP:   address(pods[f[1]]),
		proto:   harness.Protocols[f[3]],
		srcPort: 52000,
		dstPort: f[2],
	}
}

func address(pod *v1.Pod) net.IP {
	for _, ip := range pod.Status.PodIPs {
		if address := net.ParseIP(ip.IP).To4(); address != nil {
			return address
		}
	}
	log.Fatalf("pod %s has no IPv4 address", pod.Name)
	return nil
}
