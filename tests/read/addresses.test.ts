import { expect, it } from "vitest";
import { NetverdictError } from "../../sdk/errors.ts";
import { readInput } from "../../sdk/read/index.ts";
import { readYaml } from "../../sdk/read/yaml.ts";

const pod = (name: string, ip: string, spec = "", phase = "Running"): string =>
  `---\napiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop}\nspec: {nodeName: node-a${spec}}\nstatus:\n  phase: ${phase}\n  podIP: ${ip}\n`;
const node = (ip: string): string =>
  `---\napiVersion: v1\nkind: Node\nmetadata: {name: node-a}\nstatus: {addresses: [{type: InternalIP, address: ${ip}}]}\n`;

function issuesOf(text: string): string[] {
  try {
    readInput(text, { defaultNamespace: "default", readText: readYaml });
    return [];
  } catch (error) {
    if (!(error instanceof NetverdictError)) throw error;
    return error.issues.map(({ code, object, path }) => `${code} ${object?.name} ${path.join(".")}`);
  }
}

it("two live pods have no address in common", () => {
  expect(issuesOf(pod("a", "10.0.0.1") + pod("b", "10.0.0.1"))).toEqual(["duplicate-address b status.podIPs"]);
  expect(issuesOf(pod("a", "fd00::1") + pod("b", "fd00:0::1"))).toEqual(["duplicate-address b status.podIPs"]);
});

it("a pod off the host network does not have its node's address", () => {
  expect(issuesOf(pod("a", "192.0.2.1") + node("192.0.2.1"))).toEqual(["duplicate-address a status.podIPs"]);
});

it("host-network pods share their node's address", () => {
  const host = ", hostNetwork: true";
  expect(issuesOf(pod("a", "192.0.2.1", host) + pod("b", "192.0.2.1", host) + node("192.0.2.1"))).toEqual([]);
});

it("a finished pod has given its address back", () => {
  expect(issuesOf(pod("a", "10.0.0.1", "", "Succeeded") + pod("b", "10.0.0.1"))).toEqual([]);
  expect(issuesOf(pod("a", "10.0.0.1") + pod("b", "10.0.0.1", "", "Failed"))).toEqual([]);
});

it("a terminating pod has lost an address that another pod has", () => {
  const leaving = (name: string, ip: string, time = "2026-01-01T00:00:00Z"): string => {
    return pod(name, ip).replace("namespace: shop", `namespace: shop, deletionTimestamp: "${time}"`);
  };
  expect(issuesOf(leaving("a", "10.0.0.1") + pod("b", "10.0.0.1"))).toEqual([]);
  expect(issuesOf(pod("a", "10.0.0.1") + leaving("b", "10.0.0.1"))).toEqual([]);
  // Of two that are leaving the one has it that leaves later.
  const later = leaving("b", "10.0.0.1", "2026-01-01T01:00:01+01:00");
  expect(issuesOf(leaving("a", "10.0.0.1") + later)).toEqual([]);
  expect(issuesOf(later + leaving("a", "10.0.0.1"))).toEqual([]);
  // Which of two that leave at once has it is not told, nor which of two that stay; and no node's address is a pod's.
  expect(issuesOf(leaving("a", "10.0.0.1") + leaving("b", "10.0.0.1"))).toEqual(["duplicate-address b status.podIPs"]);
  const three = leaving("a", "10.0.0.1") + pod("b", "10.0.0.1") + pod("c", "10.0.0.1");
  expect(issuesOf(three)).toEqual(["duplicate-address c status.podIPs"]);
  expect(issuesOf(leaving("a", "192.0.2.1") + node("192.0.2.1"))).toEqual(["duplicate-address a status.podIPs"]);
});

it("an address that is taken is reported beside the problems of other objects", () => {
  const broken = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: Bad, namespace: shop}\n";
  const codes = issuesOf(pod("a", "10.0.0.1") + pod("b", "10.0.0.1") + broken).map((issue) => issue.split(" ")[0]);
  expect(codes.sort()).toEqual(["duplicate-address", "invalid-name"]);
});
