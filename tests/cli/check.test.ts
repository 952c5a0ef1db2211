import { describe, expect, it } from "vitest";
import { ALLOWED, CLUSTER, DENIED } from "./cluster.ts";
import { folder, netverdict } from "./command.ts";

const dir = await folder({ "cluster.yaml": CLUSTER });
const check = (...args: readonly string[]) => netverdict(["check", "cluster.yaml", ...args], { cwd: dir });

describe("netverdict check", () => {
  it("exits 0 and says allow with each side's reason when the flow passes", async () => {
    const { status, stdout } = await check(...ALLOWED);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^allow {2}shop\/web-0 → shop\/db-0 5432\/TCP\n/);
    expect(stdout).toMatch(/egress .*\[not-isolated\]/);
    expect(stdout).toMatch(/ingress .*\[rule\]/);
  });

  it("notes that nobody is asked of a flow between two addresses outside", async () => {
    const outside = ["--from", "203.0.113.7", "--to", "10.1.0.77", "--port", "5432"];
    const { status, stderr } = await check(...outside);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^note: no policy was asked: neither end is a pod/m);
    expect((await check(...outside, "--quiet")).stderr).toBe("");
    expect((await check("--from", "203.0.113.7", ...ALLOWED.slice(2))).stderr).toBe("");
  });

  it("exits 1 and says deny when it does not", async () => {
    const { status, stdout } = await check(...DENIED);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^deny {3}shop\/web-0 → shop\/db-0 5433\/TCP\n/);
    expect(stdout).toMatch(/ingress .*deny.*\[no-rule\]/);
  });

  it("exits 1 and says undetermined when what was loaded does not settle it", async () => {
    const blocks = CLUSTER.replace(
      "podSelector:\n            matchLabels:\n              app: web",
      "ipBlock: { cidr: 10.1.0.0/24 }",
    );
    const future = '{"namespace":"shop","labels":{"app":"web"}}';
    const args = ["check", "-", "--from", future, "--to", "shop/db-0", "--port", "5432"];
    const { status, stdout } = await netverdict(args, { input: blocks });
    expect(stdout).toMatch(/^undetermined {2}shop\/\{app=web\} → /);
    expect(stdout).toContain("[unsettled]");
    expect(status).toBe(1);
  });

  it.each([
    ["pod:shop/db-0", "5432"],
    ["10.1.0.20", "5432"],
    ["ip:10.1.0.20", "5432/TCP"],
    ["shop/db-0", "postgres"],
    ["shop/db-0", "postgres/tcp"],
    ["service:shop/db", "15432"],
    ["service:shop/db", "sql"],
    ["10.96.0.20", "15432"],
  ])("takes %s as the destination, and %s as its port", async (to, port) => {
    expect((await check("--from", "pod:shop/web-0", "--to", to, "--port", port)).status).toBe(0);
  });

  it("lists the pods behind a Service", async () => {
    const { stdout } = await check("--from", "shop/web-0", "--to", "service:shop/db", "--port", "15432");
    expect(stdout).toContain("2 members, 0 not allowed");
    expect(stdout).toMatch(
      /allow {2}shop\/web-0 → shop\/db-0 port 5432 over IPv4 {2}egress: not-isolated, ingress: rule/,
    );
    expect(stdout).toMatch(/allow {2}shop\/web-0 → shop\/db-1 port 5432 over IPv4/);
  });

  it("takes the protocol with the port or apart, in any case, and none for ICMP", async () => {
    const to = ["--from", "shop/web-0", "--to", "shop/db-0"];
    for (const port of [
      ["--port", "5432/UDP"],
      ["--port", "5432", "--protocol", "udp"],
      ["--protocol", "icmp"],
    ]) {
      expect(await check(...to, ...port)).toMatchObject({ status: 1, stdout: expect.stringMatching(/^deny/) });
    }
  });

  it("prints caveats of the decision under the verdict", async () => {
    const { stdout } = await check("--from", "shop/web-0", "--to", "shop/db-0", "--protocol", "ICMP");
    expect(stdout).toMatch(/\n {2}caveat {3}.*\[portless-protocol\]/);
  });

  it("takes --family, --namespace, --pod-cidr and --undeclared-namespaces", async () => {
    const options = ["--family", "4", "--namespace", "shop", "--pod-cidr", "10.1.0.0/16", "--pod-cidr", "fd00::/48"];
    expect((await check(...ALLOWED, ...options, "--undeclared-namespaces", "unlabelled")).status).toBe(0);
    const bare = CLUSTER.replaceAll("  namespace: shop\n", "");
    const args = ["check", "-", "--from", "other/web-0", "--to", "other/db-0", "--port", "5432", "-n", "other"];
    expect((await netverdict(args, { input: bare })).status).toBe(0);
    expect((await check(...ALLOWED, "--family", "6")).stderr).toContain("[no-common-family]");
  });

  it("takes what begins with a sign for no port, and for no port's name", async () => {
    const { status, stderr } = await check("--from", "shop/web-0", "--to", "shop/db-0", "--port=-1");
    expect(status).toBe(2);
    expect(stderr).toContain("`-1` is not a port: give a number or a name");
  });

  it("takes ends without a namespace to be in that of --namespace, of one flow and of a file's", async () => {
    const inShop = ["--port", "5432", "--namespace", "shop"];
    for (const [from, to, meant] of [
      ["web-0", "db-0", "shop/web-0 → shop/db-0"],
      ["pod:web-0", "service:db", "shop/web-0 → service:shop/db"],
      ["shop/web-0", "10.1.0.20", "shop/web-0 → 10.1.0.20"],
      ['{"pod":"web-0"}', '{"service":"db"}', "shop/web-0 → service:shop/db"],
      ['{"labels":{"app":"web"}}', "db-0", "shop/{app=web} → shop/db-0"],
    ] as const) {
      const port = to.includes("service") ? ["--port", "15432", "-n", "shop"] : inShop;
      const { status, stdout } = await check("--from", from, "--to", to, ...port);
      expect(status).toBe(0);
      expect(stdout).toContain(`allow  ${meant} `);
    }
    const flows = "from,to,port\nweb-0,db-0,5432\nweb-0,db-9,5432\n";
    const { stdout, stderr } = await netverdict(["check", "cluster.yaml", "--flows", "-", "-n", "shop"], {
      cwd: dir,
      input: flows,
    });
    expect(stdout).toContain("allow  shop/web-0 → shop/db-0 5432/TCP");
    expect(stderr).toContain("no pod `shop/db-9`");
    // A workload's kind is no namespace.
    expect((await check("--from", "workload:Deployment/web", "--to", "db-0", ...inShop)).stderr).toContain(
      "shop/Deployment/web",
    );
    const without = await check("--from", "web-0", "--to", "db-0", "--port", "5432");
    expect(without.status).toBe(2);
    expect(without.stderr).toContain("did you mean `shop/web-0`");
  });

  it("tells the state's caveats on standard error, beside JSON too, unless --quiet", async () => {
    const input = CLUSTER.slice(CLUSTER.indexOf("---\n"));
    const args = ["check", "-", ...ALLOWED];
    const { status, stdout, stderr } = await netverdict(args, { input });
    expect(status).toBe(0);
    expect(stderr).toMatch(/^note: .*\[(?:no-namespaces|undeclared-namespace)\]\n/);
    expect(stdout).not.toContain("note:");
    expect((await netverdict([...args, "--quiet"], { input })).stderr).toBe("");
    const beside = await netverdict([...args, "--json"], { input });
    expect(beside.stderr).toBe(stderr);
    expect(JSON.parse(beside.stdout)).toMatchObject({ verdict: "allow" });
  });

  it("prints one JSON document with --json, the flow and the decision", async () => {
    const { status, stdout, stderr } = await check(...DENIED, "--json");
    expect(status).toBe(1);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({
      flow: { from: "shop/web-0", to: "shop/db-0", port: 5433 },
      verdict: "deny",
      egress: { verdict: "allow", reason: "not-isolated" },
      ingress: { verdict: "deny", reason: "no-rule" },
      caveats: [],
    });
  });
});

describe("errors", () => {
  it("an unknown pod is an error, not a verdict", async () => {
    const { status, stdout, stderr } = await check("--from", "shop/nobody", "--to", "shop/db-0", "--port", "5432");
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^error: .*shop\/nobody.*\[unknown-pod\]\n$/);
  });

  it("with --json they are one document on standard output", async () => {
    const run = await check("--from", "shop/nobody", "--to", "shop/db-0", "--port", "5432", "--json");
    expect(run).toMatchObject({ status: 2, stderr: "" });
    expect(JSON.parse(run.stdout)).toMatchObject({ error: { issues: [{ code: "unknown-pod" }] } });
  });

  it("name file, line and column of what is wrong in a manifest, all at once", async () => {
    const bad = await folder({
      "a.yaml": CLUSTER.replace("port: 5432\n", "port: 70000\n"),
      "b.yaml": "apiVersion: v1\nkind: Pod\nmetadata: [\n",
    });
    const line = CLUSTER.split("\n").indexOf("        - port: 5432") + 1;
    const { status, stdout, stderr } = await netverdict(["check", ".", ...ALLOWED], { cwd: bad });
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(
      new RegExp(`^error: a\\.yaml:${line}:\\d+: NetworkPolicy shop/db: .*\\[invalid-port\\]$`, "m"),
    );
    expect(stderr).toMatch(/^error: b\.yaml:\d+:\d+: .*\[invalid-syntax\]$/m);
    const json = await netverdict(["check", ".", ...ALLOWED, "--json"], { cwd: bad });
    const { issues } = JSON.parse(json.stdout).error;
    expect(json.status).toBe(2);
    expect(issues).toContainEqual(
      expect.objectContaining({ code: "invalid-port", source: expect.objectContaining({ line }) }),
    );
  });

  it.each([
    ["an unknown option", ["check", "cluster.yaml", ...ALLOWED, "--colour"]],
    ["an unknown command", ["verify", "cluster.yaml"]],
    ["no command", []],
    ["no path", ["check", ...ALLOWED]],
    ["an option without its value", ["check", "cluster.yaml", "--from"]],
    ["neither a flow nor a file of flows", ["check", "cluster.yaml"]],
    ["half a flow", ["check", "cluster.yaml", "--from", "shop/web-0"]],
    ["a flow and a file of flows", ["check", "cluster.yaml", ...ALLOWED, "--flows", "flows.csv"]],
    ["manifests and flows both on standard input", ["check", "-", "--flows", "-"]],
    ["a family that does not exist", ["check", "cluster.yaml", ...ALLOWED, "--family", "5"]],
    ["a protocol that does not exist", ["check", "cluster.yaml", ...ALLOWED, "--protocol", "GRE"]],
    ["two protocols", ["check", "cluster.yaml", ...ALLOWED.slice(0, 4), "--port", "53/UDP", "--protocol", "TCP"]],
    ["a port that is none", ["check", "cluster.yaml", ...ALLOWED.slice(0, 4), "--port", "5432/TCP/x"]],
    ["no port for TCP", ["check", "cluster.yaml", ...ALLOWED.slice(0, 4)]],
    [
      "an unknown form of an end",
      ["check", "cluster.yaml", "--from", "svc:shop/db", "--to", "shop/db-0", "--port", "1"],
    ],
    ["an empty end", ["check", "cluster.yaml", "--from", "", "--to", "shop/db-0", "--port", "1"]],
    ["an invalid pod CIDR", ["check", "cluster.yaml", ...ALLOWED, "--pod-cidr", "10.0.0.0/99"]],
    ["a path that does not exist", ["check", "nowhere.yaml", ...ALLOWED]],
  ])("%s exits 2, with words on standard error or JSON on standard output", async (_, args) => {
    const text = await netverdict(args, { cwd: dir });
    expect(text.status).toBe(2);
    expect(text.stdout).toBe("");
    expect(text.stderr).not.toBe("");
    const json = await netverdict([...args, "--json"], { cwd: dir });
    // An option that lacks its value takes `--json` for it.
    if (args.at(-1) === "--from") return;
    expect(json.status).toBe(2);
    expect(JSON.parse(json.stdout).error.issues[0]).toMatchObject({
      code: expect.any(String),
      message: expect.any(String),
    });
  });
});

describe("--help and --version", () => {
  it("exit 0 and print on standard output", async () => {
    expect(await netverdict(["--version"])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
    expect(await netverdict(["--help"])).toMatchObject({ status: 0, stdout: expect.stringContaining("check") });
    const help = await netverdict(["check", "--help"]);
    expect(help).toMatchObject({ status: 0, stderr: "", stdout: expect.stringContaining("Examples:") });
  });
});
