/** Errors in one voice: what, by which option, what was expected and what was probably meant. */
import { describe, expect, it } from "vitest";
import { ALLOWED, CLUSTER } from "./cluster.ts";
import { COMMAND, folder, netverdict } from "./command.ts";
import { hasTerminal, inTerminal } from "./pseudo-terminal.ts";

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: api }
spec:
  replicas: 2
  selector: { matchLabels: { app: api } }
  template: { metadata: { labels: { app: api } }, spec: { containers: [{ name: main, image: registry.example/main:1 }] } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: frontdoor }
spec:
  selector: { matchLabels: { app: door } }
  template: { metadata: { labels: { app: door } }, spec: { containers: [{ name: main, image: registry.example/main:1 }] } }
---
apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: storefront-7b6d5f4c9-9qvxn }
spec: { containers: [{ name: main, image: registry.example/main:1 }] }
---
apiVersion: v1
kind: Node
metadata: { name: node-a }
`;
const cwd = await folder({
  "cluster.yaml": [CLUSTER, DEPLOYMENT].join("---\n"),
  "tier.yaml": `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: quarantine }
spec: { tier: Admin, priority: 1, subject: { namespaces: {} } }
`,
});
const check = (from: string, to: string, ...rest: readonly string[]) =>
  ["check", "cluster.yaml", "--from", from, "--to", to, "--port", "5432", ...rest] as const;
const flow = (...rest: readonly string[]) => ["check", "cluster.yaml", ...ALLOWED, ...rest] as const;

describe("an error asks what was meant", () => {
  it.each([
    // pods and their namespaces
    [
      check("shop/web-O", "shop/db-0"),
      "--from: no pod `shop/web-O` was loaded; did you mean `shop/web-0`? [unknown-pod]",
    ],
    [check("shpo/web-0", "shop/db-0"), "did you mean `shop/web-0`?"],
    [check("shop/web-0", "db-0"), "--to: `db-0` is neither namespace/pod nor an address; did you mean `shop/db-0`?"],
    [
      ["who", "cluster.yaml", "--pod", "db-0"],
      "--pod: `db-0` is neither namespace/pod nor an address; did you mean `shop/db-0`?",
    ],
    // workloads, Services, nodes, and kubectl's names for them
    [check("shop/api", "shop/db-0"), "there is a workload: `workload:shop/Deployment/api`"],
    [check("api", "shop/db-0"), "did you mean `workload:shop/Deployment/api`?"],
    [
      check("workload:shop/api", "shop/db-0"),
      "--from: `workload:shop/api` must be workload:namespace/Kind/name; did you mean `workload:shop/Deployment/api`?",
    ],
    [
      check("shop/web-0", "service:dbs"),
      "--to: `service:dbs` must be service:namespace/name; did you mean `service:shop/db`?",
    ],
    [check("pod:web-0", "shop/db-0"), "--from: `pod:web-0` must be pod:namespace/name; did you mean `shop/web-0`?"],
    [check("workload:shop/deployment/api", "shop/db-0"), "did you mean `shop/Deployment/api`?"],
    [check("deploy:shop/api", "shop/db-0"), "did you mean `workload:shop/Deployment/api`?"],
    [check("shop/web-0", "svc:shop/db"), "did you mean `service:shop/db`?"],
    [check("shop/web-0", "shop/db"), "no pod `shop/db` was loaded; there is a Service: `service:shop/db`"],
    [check("shop/web-0", "servce:shop/db"), "did you mean `service`?"],
    [check("shop/web-0", "constructor:shop/db"), "--to: `constructor:` is not a form of an end: give namespace/pod, "],
    [check("shop/web-0", "service:shop/dbs"), "--to: no Service `shop/dbs` was loaded; did you mean `shop/db`?"],
    [check("shop/web-0", "node:node-b"), "did you mean `node-a`?"],
    [
      check('{"namespace":"shop","lables":{}}', "shop/db-0"),
      "--from: `lables` is no part of a pod that does not exist yet; did you mean `labels`?",
    ],
    [
      check('{"namespace":"shop","labels":{"app":"web","app":"db"}}', "shop/db-0"),
      "--from: the key `app` is given twice [invalid-syntax]",
    ],
    [
      ["who", "cluster.yaml", "--pod", '{"namespace":"shop","namespace":"ops","labels":{}}'],
      "--pod: the key `namespace` is given twice [invalid-syntax]",
    ],
    // names without what a controller puts behind them
    [
      check("storefrnt-0", "shop/db-0"),
      "--from: `storefrnt-0` is neither namespace/pod nor an address; did you mean `shop/storefront-7b6d5f4c9-9qvxn`?",
    ],
    [
      check("shop/storefront-5c8d7b6f4-x2k9z", "shop/db-0"),
      "no pod `shop/storefront-5c8d7b6f4-x2k9z` was loaded; did you mean `shop/storefront-7b6d5f4c9-9qvxn`?",
    ],
    [check("shop/frontdoor-x", "shop/db-0"), "did you mean `workload:shop/Deployment/frontdoor`?"],
    // policies
    [
      ["describe", "cluster.yaml", "--policy", "ClusterNetworkPolicy/quarantine"],
      "--policy: `ClusterNetworkPolicy/quarantine` is no namespace/name: NetworkPolicies are described",
    ],
    [["who", "cluster.yaml", "--pod", "service:shop/db"], "--pod: a Service is no pod: name the pods behind it"],
    [
      ["snapshot", "tier.yaml", "cluster.yaml", "--out", "cluster.yaml"],
      "--out: `cluster.yaml` is one of the files to read",
    ],
    [
      ["who", "cluster.yaml", "--policy", "db"],
      "--policy: `db` is neither namespace/name nor Kind/name; did you mean `shop/db`?",
    ],
    [
      ["who", "cluster.yaml", "--policy", "shop/bd"],
      "--policy: no NetworkPolicy shop/bd was loaded; did you mean `shop/db`?",
    ],
    [["who", "tier.yaml", "--policy", "ClusterNetworkPolicy/quarantin"], "did you mean `quarantine`?"],
    [["who", "tier.yaml", "--policy", "quarantine"], "did you mean `ClusterNetworkPolicy/quarantine`?"],
    [
      ["describe", "cluster.yaml", "--policy", "db"],
      "--policy: no NetworkPolicy `db` was loaded; did you mean `shop/db`?",
    ],
    // commands, options and what they can be
    [["chekc", "cluster.yaml"], "there is no command `chekc`; did you mean `check`?"],
    [["help", "lnt"], "there is no command `lnt`; did you mean `lint`?"],
    [flow("--protcol", "TCP"), "there is no option `--protcol`; did you mean `--protocol`?"],
    [flow("--jsno"), "did you mean `--json`?"],
    [
      flow("--protocol", "tpc"),
      "--protocol: `tpc` is not a protocol: give one of TCP, UDP, SCTP, ICMP, ICMPv6; did you mean `TCP`?",
    ],
    [flow("--undeclared-namespaces", "unlabeled"), "did you mean `unlabelled`?"],
    [
      ["lint", "cluster.yaml", "--format", "sariff"],
      "--format: `sariff` is none of text, json, sarif, junit, github; did you mean `sarif`?",
    ],
    [
      ["lint", "cluster.yaml", "--fail-on", "warn"],
      "--fail-on: `warn` is none of info, warning, error, never; did you mean `warning`?",
    ],
    [["completion", "zhs"], "<shell>: `zhs` is none of bash, zsh, fish; did you mean `zsh`?"],
    [["schema", "explian"], "did you mean `explain`?"],
    // rules, plugins and their settings
    [
      ["lint", "cluster.yaml", "--suppress", "dns-cutt=x"],
      "--suppress: there is no rule `dns-cutt`; did you mean `dns-cut`?",
    ],
    [flow("--cni", "calicoo"), "--cni: `calicoo` is no CNI plugin with a profile; did you mean `calico`?"],
    [["cni", "--of", "cillium"], "--of: `cillium` is no CNI plugin with a profile; did you mean `cilium`?"],
    [["cni", "cilium@1.15.3"], "no such file or folder; to ask about a plugin, give `--of cilium@1.15.3`"],
    [["cni", "cillium,enable-policy=never"], "give `--of cilium,enable-policy=never`"],
    [["cni", "--of", "cilium,enable-polic=x"], "did you mean `enable-policy`?"],
    [["cni", "--of", "cilium,enable-policy=nevr"], "--of: `nevr` is no value of enable-policy: there are default, "],
    // ports by name
    [
      ["check", "cluster.yaml", "--from", "shop/web-0", "--to", "shop/db-0", "--port", "postgre"],
      "--port: pod `shop/db-0` has no TCP port named `postgre`; did you mean `postgres`?",
    ],
    // files
    [["lint", "clutser.yaml"], "cannot read `clutser.yaml`: no such file or folder; did you mean `cluster.yaml`?"],
  ] as const)("%j", async (args, words) => {
    const { status, stdout, stderr } = await netverdict(args, { cwd });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^error: .*\[[a-z-]+\]\n(see `netverdict ([a-z]+ )?--help`\n)?$/);
    expect(stderr).toContain(words);
  });
});

describe("an error says what was expected", () => {
  it.each([
    [["check", "cluster.yaml"], "no flow was given: give --from and --to, or --flows with a file of flows"],
    [["check", "cluster.yaml", "--to", "shop/db-0"], "--from is missing: give --from and --to"],
    [["check", "cluster.yaml", "--from"], "`--from <end>` has no value"],
    [["check", ...ALLOWED], "`path` is missing: give files, folders"],
    [["snapshot", "cluster.yaml"], "`-o, --out <file>` is missing"],
    [["completion", "bash", "zsh"], "too many arguments: `completion` takes one"],
    [flow("--family", "5"), "--family: `5` is none of 4, 6 ["],
    [flow("--pod-cidr", "10.0.0.0/99"), "--pod-cidr: `10.0.0.0/99` is not a CIDR"],
    [flow("-n", "Bad"), "--namespace: `Bad` must be a DNS label: lower-case letters"],
    [["lint", "cluster.yaml", "--namespace", "x y/z"], "--namespace: `x y/z` must be a DNS label"],
    [["describe", "cluster.yaml", "-n", "a.b"], "--namespace: `a.b` must be a DNS label"],
    [["describe", "cluster.yaml", "--time-zone", "Mars"], "--time-zone: `Mars` is not a time zone such as `UTC`"],
    [["cni"], "give paths, or --of with one of flannel, "],
    [["cni", "cluster.yaml", "--of", "cilium"], "give paths or --of, not both"],
    [["cni", "--of", "auto"], "--of: give paths in its place"],
    [["snapshot", "cluster.yaml", "-o", "never.snapshot", "--cni", "cilium"], "--cni: it goes with --explain"],
    [["lint", "-"], "standard input holds no object: did the command before the pipe fail?"],
    [check("shop/web-0", "10.0.0.0/8"), "--to: `10.0.0.0/8` is a range of addresses: give one of them"],
    [check("fd00::/8", "shop/db-0"), "--from: `fd00::/8` is a range of addresses: give one of them"],
    [check("shop/web-0", "192.0.2.1:80"), "--to: `192.0.2.1:80` has a port: give `192.0.2.1`, and 80 as the port"],
    [check("shop/web-0", "[2001:db8::1]:80"), "has a port: give `2001:db8::1`, and 80 as the port"],
    ...["443,80", "443, 80", "80/TCP,443/TCP", "http,https", "1-5", "1 - 5/UDP"].map(
      (port) =>
        [
          ["check", "cluster.yaml", "--from", "shop/web-0", "--to", "shop/db-0", "--port", port],
          `--port: \`${port}\` is not a port: give one port, not a list or a range [invalid-port]`,
        ] as const,
    ),
    [check("shop/web-0", "127.0.0.1"), "--to: `127.0.0.1` is a loopback address: "],
    [
      ["who", "cluster.yaml", "--pod", "shop/db-0", "--policy", "shop/db"],
      "give one of the two: --pod, for the policies that select it, or --policy, for the pods",
    ],
    [["schema", "everything"], "there is no schema `everything`; there are check, check-flows, "],
    [["who", "cluster.yaml"], "give --pod, for the policies that select it, or --policy, for the pods"],
    [
      ["check", "cluster.yaml", ...ALLOWED, "--from", "shop/other"],
      "`--from` is given twice: `shop/web-0` and `shop/other`",
    ],
    [
      ["lint", "cluster.yaml", "--fail-on", "info", "--fail-on", "never"],
      "`--fail-on` is given twice: `info` and `never`",
    ],
    [["check", "cluster.yaml", ...ALLOWED, "--cni", "flannel", "--cni", "cilium"], "`--cni` is given twice"],
    [["cni", "--of", "cilium@1.15@2"], "--of: `1.15@2` is not a version"],
    [["cni", "--of", "cilium,enable-policy=never,enable-policy=default"], "--of: `enable-policy` is given twice"],
    [["lint", "cluster.yaml", "--suppress", "dns-cut"], "--suppress: `dns-cut` is not a rule and a reason"],
  ] as const)("%j", async (args, words) => {
    const { status, stdout, stderr } = await netverdict(args, { cwd });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain(words);
  });

  it("and where to read on, where the usage was wrong", async () => {
    expect((await netverdict(["lint"], { cwd })).stderr).toMatch(/\nsee `netverdict lint --help`\n$/);
    expect((await netverdict(["lnt"], { cwd })).stderr).toMatch(/\nsee `netverdict --help`\n$/);
    expect((await netverdict(["lint", "nowhere"], { cwd })).stderr).not.toContain("--help");
  });

  it.each([
    ["explain", "shop.snapshot", ...ALLOWED],
    ["lint", "shop.snapshot"],
    ["who", "shop.snapshot", "--pod", "shop/db-0"],
    ["describe", "shop.snapshot"],
    ["describe", "shop.snapshot", "--in-state"],
    ["cni", "shop.snapshot"],
  ])("of a snapshot without policies, how to write one with them: %s", async (...args) => {
    expect((await netverdict(["snapshot", "cluster.yaml", "-o", "shop.snapshot"], { cwd })).status).toBe(0);
    const { status, stderr } = await netverdict(args, { cwd });
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^error: .*: write it with `netverdict snapshot --explain( --cni auto)?`, or give the manifests that it was made of \[needs-full-state\]\n$/,
    );
  });

  it("of a snapshot with policies, what it can tell and what it cannot", async () => {
    const made = await netverdict(["snapshot", "cluster.yaml", "--explain", "-o", "full.snapshot"], { cwd });
    expect(made.status).toBe(0);
    const who = await netverdict(["who", "full.snapshot", "--policy", "db"], { cwd });
    expect(who).toMatchObject({ status: 2, stderr: expect.stringContaining("did you mean `shop/db`?") });
    const fix = await netverdict(["lint", "full.snapshot", "--fix"], { cwd });
    expect(fix).toMatchObject({ status: 2, stderr: expect.stringContaining("--fix: a snapshot has no files to mend") });
  });

  it.each([
    ["nothing", ""],
    ["white space", " \t\r\n\v\f\n"],
    ["a byte order mark", "\ufeff\n"],
    [
      "comments",
      "# Source: shop/templates/policy.yaml\n---\n  # rien n'est activé: élément © ¨\n--- # and no more\n...\n",
    ],
  ])("of standard input that is %s, that it holds no object", async (_, input) => {
    const { status, stderr } = await netverdict(["lint", "-"], { cwd, input });
    expect([status, stderr]).toEqual([2, expect.stringContaining("standard input holds no object")]);
  });

  it.each(["sarif", "text"])("of --json and the format %s, that only one of them can be had", async (format) => {
    const args = ["lint", "cluster.yaml", "--json", "--format", format];
    const { status, stdout } = await netverdict(args, { cwd });
    expect(status).toBe(2);
    expect(stdout).toContain(`--json asks for another format than ${format}`);
    expect((await netverdict(["lint", "cluster.yaml", "--json", "--format", "json"], { cwd })).status).toBeLessThan(2);
  });

  it("of files without an object, which ones; beside one that has some they are passed over", async () => {
    const bare = await folder({ "a.yaml": "", "b/values.yaml": "# nothing\n---\n" });
    const { status, stderr } = await netverdict(["lint", "."], { cwd: bare });
    expect([status, stderr]).toEqual([
      2,
      "error: `a.yaml` holds no object [invalid-input]\nerror: `b/values.yaml` holds no object [invalid-input]\n2 problems\n",
    ]);
    // A line that ends as on an old Mac ends for the reader too.
    const mac = await folder({ "a.yaml": "# a namespace\rapiVersion: v1\rkind: Namespace\rmetadata:\r  name: a\r" });
    expect((await netverdict(["lint", "."], { cwd: mac })).stderr).not.toContain("holds no object");
    const some = await folder({ "a.yaml": "", "b.yaml": "kind: List\napiVersion: v1\nitems: []\n" });
    expect((await netverdict(["lint", "."], { cwd: some })).status).toBe(0);
  });

  it.skipIf(!hasTerminal)("and in a terminal, that standard input is waited for", async () => {
    const command = `"${process.execPath}" "${COMMAND}" lint -`;
    expect(await inTerminal(command, { cwd, input: "\u0004" })).toContain("reading standard input: Ctrl-D ends it");
  });

  it("with no command at all, the commands that there are", async () => {
    const { status, stdout, stderr } = await netverdict([]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^Usage: netverdict[\s\S]*\n {2}explain [\s\S]*\nerror: no command was given/);
  });
});
