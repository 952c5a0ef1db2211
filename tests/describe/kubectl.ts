/** The real `kubectl describe`, over an API server on loopback that has the given policies and nothing else. */
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** A policy as an API server stores it. */
export interface StoredPolicy {
  readonly apiVersion: "networking.k8s.io/v1";
  readonly kind: "NetworkPolicy";
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string; readonly namespace: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

const RESOURCE = {
  name: "networkpolicies",
  singularName: "networkpolicy",
  namespaced: true,
  kind: "NetworkPolicy",
  verbs: ["get", "list"],
  shortNames: ["netpol"],
};
const VERSION = { groupVersion: "networking.k8s.io/v1", version: "v1" };
const GROUP = { name: "networking.k8s.io", versions: [VERSION], preferredVersion: VERSION };
const DISCOVERY: Readonly<Record<string, object>> = {
  "/api": { kind: "APIVersions", versions: ["v1"] },
  "/api/v1": { kind: "APIResourceList", apiVersion: "v1", groupVersion: "v1", resources: [] },
  "/apis": { kind: "APIGroupList", apiVersion: "v1", groups: [GROUP] },
  "/apis/networking.k8s.io/v1": {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: "networking.k8s.io/v1",
    resources: [RESOURCE],
  },
};

/** Whether there is a kubectl, 1.32 or newer; else why not. */
export function kubectlProblem(): string | undefined {
  try {
    const text = execFileSync("kubectl", ["version", "--client", "--output=json"], { encoding: "utf8", stdio: "pipe" });
    const { gitVersion } = (JSON.parse(text) as { clientVersion: { gitVersion: string } }).clientVersion;
    const [major = 0, minor = 0] = gitVersion.slice(1).split(".").map(Number);
    return major > 1 || minor >= 32 ? undefined : `kubectl is ${gitVersion}, older than 1.32`;
  } catch {
    return "there is no kubectl";
  }
}

/** What an API server adds to a policy before it stores it. [networking/v1 defaults.go] */
export function stored(policy: StoredPolicy): StoredPolicy {
  const { policyTypes, egress } = policy.spec as { policyTypes?: unknown[]; egress?: unknown[] };
  if (policyTypes !== undefined && policyTypes.length > 0) return policy;
  const types = egress !== undefined && egress.length > 0 ? ["Ingress", "Egress"] : ["Ingress"];
  return { ...policy, spec: { ...policy.spec, policyTypes: types } };
}

/** What kubectl prints of all the policies, which are in one namespace and have names in order. */
export async function describeByKubectl(policies: readonly StoredPolicy[], timeZone = "UTC"): Promise<string> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const answer = answerTo(path, policies.map(stored));
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? { kind: "Status", apiVersion: "v1", status: "Failure", code: 404 }));
  });
  const home = mkdtempSync(join(tmpdir(), "netverdict-kubectl-"));
  try {
    const args = [`--server=http://127.0.0.1:${await listen(server)}`, `--cache-dir=${home}`];
    const namespace = policies[0]?.metadata.namespace ?? "default";
    const { stdout } = await promisify(execFile)(
      "kubectl",
      [...args, "describe", "networkpolicies", "--namespace", namespace],
      { encoding: "utf8", maxBuffer: 1 << 28, env: { PATH: process.env.PATH, HOME: home, TZ: timeZone } },
    );
    return stdout;
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(home, { recursive: true, force: true });
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

function answerTo(path: string, policies: readonly StoredPolicy[]): object | undefined {
  const [, namespace, name] =
    /^\/apis\/networking\.k8s\.io\/v1\/namespaces\/([^/]+)\/networkpolicies(?:\/([^/]+))?$/.exec(path) ?? [];
  if (namespace === undefined) return DISCOVERY[path];
  const items = policies.filter(({ metadata }) => metadata.namespace === namespace);
  if (name !== undefined) return items.find(({ metadata }) => metadata.name === name);
  return { kind: "NetworkPolicyList", apiVersion: "networking.k8s.io/v1", metadata: {}, items };
}
