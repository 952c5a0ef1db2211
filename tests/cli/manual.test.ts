/** Every command's help says what there is to know, and its examples do what they say. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ENVIRONMENT, manualOf } from "../../cli/manual.ts";
import { createProgram } from "../../cli/program.ts";
import { NAMESPACE, PODS, POLICY, SERVICE } from "./cluster.ts";
import { folder, netverdict, ROOT } from "./command.ts";

const program = createProgram();
const COMMANDS = program.commands.map((command) => command.name());

const pod = (namespace: string, name: string, address: string): string => `apiVersion: v1
kind: Pod
metadata: { namespace: ${namespace}, name: ${name}, labels: { app: ${name.slice(0, -2)} } }
spec: { nodeName: node-a, containers: [{ name: main, image: registry.example/main:1 }] }
status: { phase: Running, podIP: ${address}, conditions: [{ type: Ready, status: "True" }] }
`;
const REST = `apiVersion: v1
kind: Namespace
metadata: { name: kube-system }
---
apiVersion: v1
kind: Node
metadata: { name: node-a }
spec: { podCIDRs: [10.1.0.0/16] }
status: { addresses: [{ type: InternalIP, address: 10.9.0.1 }] }
---
apiVersion: v1
kind: Service
metadata: { namespace: shop, name: web }
spec:
  clusterIP: 10.96.0.21
  selector: { app: web }
  ports: [{ name: https, port: 443, targetPort: 8443 }]
---
apiVersion: batch/v1
kind: CronJob
metadata: { namespace: shop, name: report }
spec:
  schedule: "0 3 * * *"
  jobTemplate: { spec: { template: { metadata: { labels: { app: report } }, spec: { containers: [{ name: main, image: registry.example/main:1 }], restartPolicy: Never } } } }
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: quarantine }
spec:
  tier: Admin
  priority: 5
  subject: { namespaces: { matchLabels: { quarantine: "yes" } } }
  ingress: [{ action: Deny, from: [{ namespaces: {} }] }]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: cilium-config, namespace: kube-system }
data: { enable-policy: default }
`;
const CLUSTER = [
  NAMESPACE,
  PODS,
  SERVICE,
  POLICY,
  REST,
  pod("shop", "cron-0", "10.1.0.30"),
  pod("kube-system", "coredns-0", "10.1.0.40"),
];

const cwd = await folder({
  "manifests/cluster.yaml": CLUSTER.join("---\n"),
  "flows.csv": "from,to,port\nshop/web-0,shop/db-0,5432\n",
  "flows.jsonl": '{"from":"shop/web-0","to":"shop/db-0","port":5432}\n',
});
mkdirSync(join(cwd, ".config", "fish", "completions"), { recursive: true });

/** Runs a line of a help as bash does; `kubectl` prints the manifests, as it would print those of the cluster. */
function shell(line: string) {
  const command = [
    "set -o pipefail",
    `netverdict() { "${process.execPath}" "${join(ROOT, "dist", "cli.js")}" "$@"; }`,
    "kubectl() { cat manifests/*.yaml; }",
    line,
  ].join("\n");
  return spawnSync("bash", ["-c", command], { cwd, encoding: "utf8", env: { PATH: process.env.PATH, HOME: cwd } });
}

describe.each(["", ...COMMANDS])("netverdict %s --help", async (name) => {
  const command = program.commands.find((one) => one.name() === name) ?? program;
  const manual = manualOf(command);
  const { stdout, status, stderr } = await netverdict([...(name === "" ? [] : [name]), "--help"]);

  it("has a summary, a description, exit statuses, the environment and examples", () => {
    expect([status, stderr]).toEqual([0, ""]);
    for (const title of ["Usage:", "Exit status:", "Environment:", "Examples:"])
      expect(stdout).toMatch(new RegExp(`^${title}`, "m"));
    expect(manual?.summary).not.toBe("");
    expect(manual?.about.join(" ").length).toBeGreaterThan(60);
    for (const [term] of [...(manual?.statuses ?? []), ...ENVIRONMENT])
      expect(stdout).toMatch(new RegExp(`^  ${term} `, "m"));
    expect(manual?.statuses.map(([term]) => term)).toContain("2");
    expect(manual?.examples.length).toBeGreaterThan(0);
  });

  it("says something of every option and argument, in lines that fit", () => {
    for (const { long, description } of [...command.options, ...program.options]) {
      expect(description, long).not.toBe("");
      expect(stdout).toContain(long);
    }
    const text = stdout.slice(0, stdout.indexOf("\nExamples:"));
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("has examples that work, and end with a status that the help lists", () => {
    for (const { says, run } of manual?.examples ?? []) {
      // Their `$fpath` and home folder are those of other shells.
      if (/completion (zsh|fish)/.test(run)) continue;
      const { status: ended, stderr: words } = shell(run);
      const listed = (manual?.statuses ?? []).map(([term]) => Number(term)).filter((term) => term < 2);
      expect(listed, `${says}: ${run}\n${words}`).toContain(ended);
    }
  });

  it("is the same by `netverdict help`", async () => {
    expect((await netverdict(["help", ...(name === "" ? [] : [name])])).stdout).toBe(stdout);
  });
});

describe("the usage lines", () => {
  const usage = async (name: string, columns = "80") => {
    const { stdout } = await netverdict([name, "--help"], { env: { COLUMNS: columns } });
    return stdout.slice(0, stdout.indexOf("\n\n"));
  };

  it.each([
    ["who", ["<path...> --pod <pod> [options]", "<path...> --policy <policy> [options]"]],
    ["cni", ["<path...> [options]", "--of <plugin> [options]"]],
    ["snapshot", ["<path...> --out <file> [options]"]],
    ["describe", ["[options] <path...>"]],
    ["check", ["<path...> --from <end> --to <end> --port <port> [options]", "<path...> --flows <file> [options]"]],
    ["explain", ["<path...> --from <end> --to <end> --port <port> [options]"]],
  ])("of %s say what is required, a form each", async (name, forms) => {
    const lines = forms.map((form, i) => `${i === 0 ? "Usage:" : "      "} netverdict ${name} ${form}`);
    expect(await usage(name, "100")).toBe(lines.join("\n"));
  });

  it("are broken between options, and not between an option and its value", async () => {
    expect(await usage("check", "60")).toBe(`Usage: netverdict check <path...> --from <end> --to <end>
                        --port <port> [options]
       netverdict check <path...> --flows <file> [options]`);
  });
});

describe("help", () => {
  it("is as wide as COLUMNS says, where the output is no terminal", async () => {
    const widest = async (columns: string) => {
      const { stdout } = await netverdict(["check", "--help"], { env: { COLUMNS: columns } });
      return Math.max(
        ...stdout
          .slice(0, stdout.indexOf("\nExamples:"))
          .split("\n")
          .map((line) => line.length),
      );
    };
    expect(await widest("60")).toBeLessThanOrEqual(60);
    expect(await widest("20")).toBe(await widest("60"));
    expect(await widest("500")).toBe(await widest("120"));
    expect(await widest("110")).toBeGreaterThan(90);
    expect(await widest("nonsense")).toBeLessThanOrEqual(80);
  });

  it("has bold headings with FORCE_COLOR, and none with NO_COLOR", async () => {
    expect((await netverdict(["lint", "--help"], { env: { FORCE_COLOR: "1" } })).stdout).toContain(
      "\u001b[1mExit status:",
    );
    expect((await netverdict(["lint", "--help"], { env: { FORCE_COLOR: "1", NO_COLOR: "1" } })).stdout).not.toContain(
      "\u001b",
    );
  });
});
