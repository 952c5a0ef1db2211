import { describe, expect, it } from "vitest";
import { CLUSTER } from "./cluster.ts";
import { folder, netverdict } from "./command.ts";

const DEAD = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: dead, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress], egress: [{}] }
`;
const dir = await folder({ "clean.yaml": CLUSTER, "dead.yaml": CLUSTER + DEAD });
const lint = (...args: readonly string[]) => netverdict(["lint", ...args], { cwd: dir });

describe("netverdict lint", () => {
  it("exits 1 on a finding as severe as --fail-on, with its line and help", async () => {
    const { status, stdout } = await lint("dead.yaml");
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^error {2}dead\.yaml:\d+:\d+: NetworkPolicy shop\/dead: .*\[dead-rules\]\n {2}add the direction/,
    );
  });

  it("exits 0 where it is not as severe, or suppressed with a reason", async () => {
    expect((await lint("dead.yaml", "--fail-on", "never")).status).toBe(0);
    const { status, stdout } = await lint("dead.yaml", "--fail-on", "error", "--suppress", "dead-rules=kept for later");
    expect([status, stdout]).toEqual([0, expect.stringMatching(/suppressed .*\[dead-rules\]: kept for later/)]);
  });

  it("refuses a suppression without a reason, and a rule that is none", async () => {
    expect(await lint("dead.yaml", "--suppress", "dead-rules")).toMatchObject({ status: 2 });
    const { status, stderr } = await lint("dead.yaml", "--suppress", "dead-rule=x");
    expect([status, stderr]).toEqual([2, expect.stringContaining("there is no rule `dead-rule`")]);
  });

  it.each(["json", "sarif", "junit", "github"])("prints %s", async (format) => {
    const { stdout } = await lint("dead.yaml", "--format", format);
    expect(stdout).toContain("dead-rules");
    if (format === "json" || format === "sarif") expect(() => JSON.parse(stdout)).not.toThrow();
  });
});
