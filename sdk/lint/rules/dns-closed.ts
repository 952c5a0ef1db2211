import { closedDns } from "../dns-entrance.ts";
import type { LintRule } from "../rule.ts";

export const dnsClosed: LintRule = {
  id: "dns-closed",
  severity: "error",
  title: "the policies of the cluster's DNS do not let pods in that ask it",
  help: "let all pods in on the ports that the DNS pods listen on (mostly 53), UDP and TCP; without `protocol` a port is of TCP alone",
  silent:
    "where no DNS pods were loaded, or one of them lets the pod in; where the pod's own egress does not let it ask, which `dns-cut` tells; for pods that have name servers of their own (`dnsPolicy` Default or None); where a cache on each node (`node-local-dns`) answers, or any rule is for port 53 of a link-local address, as such a cache has; for DNS pods outside the cluster's own namespaces (`kube-…`, `openshift-…`); where their namespace has policies that are not modelled",
  run: closedDns,
};
