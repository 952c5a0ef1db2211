/** The commands that look at policies themselves, and the CNI plugin beside a verdict. */
import { describe, expect, it } from "vitest";
import { describe as describePolicy } from "../../bindings/inline.ts";
import { ALLOWED, CLUSTER, DENIED } from "./cluster.ts";
import { folder, netverdict } from "./command.ts";

const SECOND = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: second, namespace: other, creationTimestamp: "2026-01-02T03:04:05Z" }
spec: { podSelector: {} }
`;
const dir = await folder({
  "cluster.yaml": CLUSTER,
  "second.yaml": SECOND,
  "cilium.json": JSON.stringify([
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "cilium-config" }, data: { "enable-policy": "never" } },
  ]),
  "open.yaml": `apiVersion: v1
kind: Pod
metadata: { name: alone, namespace: shop }
spec: { nodeName: n1 }
status: { podIPs: [{ ip: 10.0.0.9 }] }
`,
  "empty.yaml": "",
});
const run = (...args: readonly string[]) => netverdict(args, { cwd: dir });

describe("netverdict describe", () => {
  it("prints every NetworkPolicy as kubectl does, two lines apart", async () => {
    const { status, stdout } = await run("describe", "second.yaml", "cluster.yaml", "--quiet");
    expect(status).toBe(0);
    expect(stdout.startsWith(`${describePolicy(SECOND)}\n\nName: `)).toBe(true);
  });

  it("prints one, in a time zone", async () => {
    const { stdout } = await run(
      "describe",
      "second.yaml",
      "cluster.yaml",
      "--policy",
      "other/second",
      "--time-zone",
      "Asia/Tokyo",
    );
    expect(stdout).toBe(describePolicy(SECOND, { timeZone: "Asia/Tokyo" }));
  });

  it("adds whom it speaks of with --in-state", async () => {
    const { stdout } = await run("describe", "cluster.yaml", "--in-state", "--json", "--policy", "shop/db");
    expect(JSON.parse(stdout)).toMatchObject({
      policy: "shop/db",
      text: expect.stringContaining("2 pods: shop/db-0, shop/db-1"),
    });
  });

  it("fails where there is no such policy", async () => {
    const { status, stderr } = await run("describe", "cluster.yaml", "--policy", "shop/nobody");
    expect([status, stderr]).toEqual([2, expect.stringContaining("no NetworkPolicy `shop/nobody` was loaded")]);
  });
});

describe("netverdict who", () => {
  it("takes a policy by the name that it prints, and says what a peer's addresses are", async () => {
    const spec = "{ podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: 203.0.113.0/24 } }] }] }";
    const input = SECOND.replace("{ podSelector: {} }", spec);
    const { status, stdout } = await netverdict(["who", "-", "--policy", "NetworkPolicy/other/second"], { input });
    expect([status, stdout]).toEqual([
      0,
      "NetworkPolicy other/second selects nobody\n  spec.egress[0] allows any of\n    to[0]  its addresses; of what was loaded: nobody\n",
    ]);
  });

  it("says why no policy selects a pod on the host network", async () => {
    const input = CLUSTER.replaceAll("  containers:\n", "  hostNetwork: true\n  containers:\n");
    const { stdout } = await netverdict(["who", "-", "--pod", "shop/web-0"], { input });
    expect(stdout).toBe("no policy selects it: it is on the host network, which policies do not apply to\n");
  });

  it("names the policies that select a pod, with file and line", async () => {
    const { status, stdout } = await run("who", "cluster.yaml", "--pod", "shop/db-0");
    expect((await run("who", "cluster.yaml", "--pod", "db-0", "-n", "shop")).stdout).toBe(stdout);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^NetworkPolicy shop\/\S+ {2}ingress.* {2}cluster\.yaml:\d+\n/);
    expect((await run("who", "second.yaml", "--pod", '{"namespace":"shop","labels":{}}')).stdout).toBe(
      "no policy selects it\n",
    );
  });

  it("names the pods of a policy and of its peers", async () => {
    const { stdout } = await run("who", "cluster.yaml", "--policy", "shop/db");
    expect(stdout).toContain("NetworkPolicy shop/db selects shop/db-0, shop/db-1\n");
    expect(stdout).toMatch(/spec\.ingress\[0\] allows any of\n {4}from\[0\] {2}shop\/web-0\n/);
    for (const policy of ["db", "NetworkPolicy/db"]) {
      expect((await run("who", "cluster.yaml", "-n", "shop", "--policy", policy)).stdout).toBe(stdout);
    }
    const { stdout: json } = await run("who", "cluster.yaml", "--policy", "shop/db", "--json");
    expect(JSON.parse(json)).toMatchObject({ policy: { name: "db" }, pods: [{ pod: "shop/db-0", certain: true }, {}] });
  });

  it("asks for one of the two", async () => {
    expect((await run("who", "cluster.yaml")).status).toBe(2);
    expect((await run("who", "cluster.yaml", "--pod", "shop/db-0", "--policy", "shop/db")).status).toBe(2);
  });
});

describe("netverdict cni", () => {
  it("tells what is known of a plugin as it is set up", async () => {
    const { status, stdout } = await run("cni", "--of", "cilium@1.15.3,enable-sctp=true");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^cilium 1\.15\.3 enable-sctp=true\n/);
    expect(stdout).toMatch(
      /\n {2}end-port: no: ignored.* \(version 1\.15\.3, before 1\.16\) \[a range is its first port alone; reported in issue: github\.com\/cilium\/cilium\/pull\/32807\]/,
    );
    expect(stdout).toContain(
      "\n  sctp: yes (beta) (enable-sctp=true) [as the verdict says; documented: docs.cilium.io configuration/sctp]\n",
    );
  });

  it("tells of one that is switched off only that", async () => {
    const { stdout } = await run("cni", "--of", "cilium,enable-policy=never");
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split(":")[0]),
    ).toEqual([
      "cilium enable-policy=never",
      "  Cilium, read at",
      "  enforces",
      expect.stringMatching(/^ {2}end-port, sctp, .*, limits$/),
      "  recognition",
    ]);
    expect(stdout).toContain("\n  enforces: no: ");
    expect(stdout).not.toContain("yes: ingress and egress");
  });

  it("recognises the one that a cluster has, and says where it recognises none", async () => {
    const { stdout } = await run("cni", "cilium.json", "--json");
    expect(JSON.parse(stdout)).toMatchObject([{ name: "cilium", settings: { "enable-policy": "never" } }]);
    expect(await run("cni", "cluster.yaml")).toMatchObject({ status: 1, stdout: "no CNI plugin was recognised\n" });
  });

  it("refuses a plugin without a profile", async () => {
    const { status, stderr } = await run("cni", "--of", "cillium");
    expect([status, stderr]).toEqual([2, expect.stringContaining("did you mean `cilium`?")]);
  });
});

describe("--cni", () => {
  it("says under the verdict what the plugin will do, and why", async () => {
    const { status, stdout } = await run("check", "cluster.yaml", ...DENIED, "--cni", "flannel");
    // The verdict is what the policies mean, and so is the exit status.
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /\n {2}flannel {2}allow {2}what this plugin will do, other than the policies say\n {4}enforces: .*\[changes it to allow; verified in source: flannel-io/,
    );
  });

  it("recognises it with auto, and goes into JSON and explanations", async () => {
    const { stdout } = await run("check", "cluster.yaml", "cilium.json", ...DENIED, "--cni", "auto", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ verdict: "deny", enforced: { cni: "cilium", verdict: "allow" } });
    const explained = await run("explain", "cluster.yaml", ...ALLOWED, "--cni", "calico@v3.28");
    expect(explained.stdout).toMatch(/\n {2}calico {3}allow {2}what this plugin will do, as the policies say\n/);
  });

  it("says where facts cancel each other, and what each would do", async () => {
    const cni = "aws-vpc-cni,enable-network-policy=true,NETWORK_POLICY_ENFORCING_MODE=strict";
    // A pod without an owner and without a policy: strict mode would close it, and policies do not reach it.
    const { stdout } = await run(
      "check",
      "open.yaml",
      "--from",
      "203.0.113.9",
      "--to",
      "shop/alone",
      "--port",
      "80",
      "--cni",
      cni,
    );
    expect(stdout).toMatch(
      /\n {2}aws-vpc-cni {2}allow {2}.*, as the policies say: facts that would change it come to nothing\n/,
    );
    expect(stdout).toMatch(/\n {4}enforces: .* \[keeps it so: without it deny; documented: /);
    expect(stdout).toMatch(/\n {4}startup: .* \[by itself deny, and others set that off; documented: /);
  });
});
