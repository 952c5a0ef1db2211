import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../../bindings/inline.ts";
import { CLUSTER } from "./cluster.ts";
import { folder, netverdict, ROOT, start } from "./command.ts";

const LINES = [
  '{"from":"shop/web-0","to":"shop/db-0","port":5432}',
  '{"from":"pod:shop/web-0","to":{"service":"shop/db"},"port":"15432/TCP"}',
  '{"from":"shop/web-0","to":"shop/db-0","protocol":"ICMP","family":4}',
];
const CSV = ["from,to,port,protocol", "shop/web-0,shop/db-0,5432,TCP", "shop/web-0,shop/db-1,5432,"];

/** Runs `check --flows` over `flows`, in a file of that name or on standard input. */
async function run(flows: string | Uint8Array, args: readonly string[] = [], name = "flows.txt") {
  const cwd = await folder({ "cluster.yaml": CLUSTER, ...(name !== "-" && { [name]: flows }) });
  return netverdict(["check", "cluster.yaml", "--flows", name, ...args], { cwd, input: name === "-" ? flows : "" });
}

describe("--flows", () => {
  it("says what the CNI plugin will do with each", async () => {
    const { stdout } = await run(LINES[2] ?? "", ["--cni", "flannel"]);
    expect(stdout).toMatch(/^deny .*ingress: no-rule {2}flannel: allow/);
  });

  it("answers JSON lines, a line a flow, in their order; one that is denied makes it exit 1", async () => {
    const { status, stdout, stderr } = await run(LINES.join("\n"));
    const lines = stdout.split("\n");
    expect(lines[0]).toBe("allow  shop/web-0 → shop/db-0 5432/TCP  egress: not-isolated, ingress: rule");
    expect(lines[1]).toMatch(
      /^allow {2}shop\/web-0 → service:shop\/db 15432\/TCP {2}egress: not-isolated, ingress: rule/,
    );
    expect(lines[2]).toMatch(
      /^deny {3}shop\/web-0 → shop\/db-0 ICMP over IPv4 {2}egress: not-isolated, ingress: no-rule/,
    );
    expect(lines.slice(3)).toEqual([""]);
    expect(stderr).toBe("2 allowed, 1 denied, 0 undetermined\n");
    expect(status).toBe(1);
  });

  it("exits 0 when every flow is allowed, and says nothing beside with --quiet", async () => {
    expect(await run(LINES.slice(0, 2).join("\n"), ["-q"])).toMatchObject({ status: 0, stderr: "" });
  });

  it("reads standard input", async () => {
    expect(await run(LINES[0]!, [], "-")).toMatchObject({ status: 0, stdout: expect.stringMatching(/^allow/) });
  });

  it("answers JSON lines with --json, each with its line and flow", async () => {
    const { status, stdout, stderr } = await run(LINES.join("\n\n"), ["--json"]);
    const answers = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(answers).toMatchObject([
      { line: 1, verdict: "allow", flow: { from: "shop/web-0", to: "shop/db-0", port: 5432 } },
      { line: 3, verdict: "allow", flow: { to: { service: "shop/db" }, protocol: "TCP" }, members: [{}, {}] },
      { line: 5, verdict: "deny", ingress: { verdict: "deny", reason: "no-rule" } },
    ]);
    expect(stderr).toBe("");
    expect(status).toBe(1);
  });

  it.each([
    ["plain", CSV.join("\n")],
    ["with CRLF and no end of the last line", CSV.join("\r\n")],
    ["with a byte order mark", `\uFEFF${CSV.join("\n")}\n`],
    ["with quotes and blanks", '"from" , To,PORT,"protocol"\n"shop/web-0", "shop/db-0" ,"5432","TCP"\n\n'],
    ["with columns in another order", "port,to,from\n5432,shop/db-0,shop/web-0\n"],
    ["with an object in quotes", 'from,to,port\nshop/web-0,"{""pod"":""shop/db-0""}",5432\n'],
    ["named as if it were JSON", CSV.join("\n"), "flows.jsonl"],
  ])("answers CSV %s", async (_, csv, name = "flows.csv") => {
    const { status, stdout } = await run(csv, [], name);
    expect(stdout).toMatch(/^allow {2}shop\/web-0 → shop\/db-0 5432\/TCP/);
    expect(status).toBe(0);
  });

  it("tells every bad line with its file and line, answers the others, and exits 2", async () => {
    const bad = [...CSV, "shop/web-0,shop/db-0", 'shop/web-0,"shop/db-0,5432,TCP', "shop/nobody,shop/db-0,5432,TCP"];
    const { status, stdout, stderr } = await run([...bad, ",shop/db-0,x/y/z,GRE", CSV[1]].join("\n"), [], "flows.csv");
    expect(stdout.match(/^allow/gm)).toHaveLength(3);
    expect(stderr).toMatch(/^error: flows\.csv:4: .*\[invalid-syntax\]$/m);
    expect(stderr).toMatch(/^error: flows\.csv:5: .*\[invalid-syntax\]$/m);
    expect(stderr).toMatch(/^error: flows\.csv:6: .*\[unknown-pod\]$/m);
    expect(stderr).toMatch(
      /^error: flows\.csv:7: .*\[required\]\nerror: flows\.csv:7: .*\[invalid-port\]\nerror: flows\.csv:7: .*\[invalid-flow\]$/m,
    );
    expect(stderr).toMatch(/3 allowed, 0 denied, 0 undetermined, 4 bad lines\n$/);
    expect(status).toBe(2);
  });

  it("with --json, bad lines stand among the answers", async () => {
    const { status, stdout, stderr } = await run(
      [LINES[0], '{"from":"shop/web-0",', '{"fro":1}', "[]", LINES[0]].join("\n"),
      ["--json"],
    );
    const answers = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(answers).toMatchObject([
      { line: 1, verdict: "allow" },
      { line: 2, error: { file: "flows.txt", issues: [{ code: "invalid-syntax" }] } },
      { line: 3, error: { issues: [{ code: "unknown-field", path: ["fro"] }, { path: ["from"] }, { path: ["to"] }] } },
      { line: 4, error: { issues: [{ code: "invalid-type" }] } },
      { line: 5, verdict: "allow" },
    ]);
    expect(stderr).toBe("");
    expect(status).toBe(2);
  });

  it("a key given twice is that line's problem, wherever it stands in it", async () => {
    const twice = [
      '{"from":"shop/web-0","to":"shop/db-0","port":5432,"from":"shop/web-1"}',
      '{"from":"shop/web-0","to":{"service":"shop/db","servic\\u0065":"shop/web"},"port":15432}',
      '{"from":{"namespace":"shop","labels":{"app":"web","app":"db"}},"to":"shop/db-0","port":5432}',
    ];
    const { status, stdout, stderr } = await run([...twice, LINES[0]].join("\n"));
    expect(stdout.match(/^allow/gm)).toHaveLength(1);
    expect(stderr.split("\n").slice(0, 3)).toEqual([
      "error: flows.txt:1: from: the key `from` is given twice [invalid-syntax]",
      "error: flows.txt:2: to.service: the key `service` is given twice [invalid-syntax]",
      "error: flows.txt:3: from.labels.app: the key `app` is given twice [invalid-syntax]",
    ]);
    expect(status).toBe(2);
  });

  it("a key given twice in CSV's JSON is that line's problem too", async () => {
    const { status, stderr } = await run(
      'from,to,port\nshop/web-0,"{""pod"":""shop/db-0"",""pod"":""shop/x""}",5432\n',
    );
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/^error: flows\.txt:2: to\.pod: .*\[invalid-syntax\]$/m),
    ]);
  });

  it("bytes that are not UTF-8 are one line's problem", async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${LINES[0]}\n{"from":"`),
      Buffer.from([0xff, 0xfe]),
      Buffer.from(`"}\n${LINES[0]}`),
    ]);
    const { status, stdout, stderr } = await run(bytes);
    expect(stdout.match(/^allow/gm)).toHaveLength(2);
    expect(stderr).toMatch(/^error: flows\.txt:2: .*\[invalid-encoding\]$/m);
    expect(status).toBe(2);
  });

  it("a line past the limit is one line's problem", async () => {
    const long = `{"from":"${"x".repeat(LIMITS.flowLine)}"}`;
    const { status, stdout, stderr } = await run([LINES[0], long, LINES[0]].join("\n"));
    expect(stdout.match(/^allow/gm)).toHaveLength(2);
    expect(stderr).toMatch(/^error: flows\.txt:2: the line is longer than 1048576 bytes \[limit-exceeded\]$/m);
    expect(status).toBe(2);
  });

  it.each([
    ["an empty file", ""],
    ["a header alone", "from,to,port\n"],
    ["no header", "shop/web-0,shop/db-0,5432\n"],
    ["a header with a column that does not exist", "from,to,prot\nshop/web-0,shop/db-0,TCP\n"],
    ["a header with a column twice", "from,to,port,port\nshop/web-0,shop/db-0,1,5432\n"],
    ["a JSON array", `[${LINES.join(",\n")}]`],
    ["a line without an end", "x".repeat(2 * 1024 * 1024)],
  ])("%s is an error", async (_, flows) => {
    const { status, stdout, stderr } = await run(flows);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("flows.txt");
  });

  it.each([
    ["in lines", `[\n${LINES.join(",\n")}\n]`],
    ["in one line", `[${LINES.join(",")}]`],
  ])("a JSON array %s is told of the form that is wanted", async (_, flows) => {
    const { stderr } = await run(flows);
    expect(stderr).toMatch(/^error: flows\.txt:1: .*JSON array.*one a line.*\[invalid-syntax\]$/m);
  });

  it("a file of flows that cannot be read is an error", async () => {
    const cwd = await folder({ "cluster.yaml": CLUSTER });
    for (const file of ["nowhere.csv", "."]) {
      const { status, stderr } = await netverdict(["check", "cluster.yaml", "--flows", file], { cwd });
      expect(status).toBe(2);
      expect(stderr).toContain(`\`${file}\``);
    }
  });

  it("answers a flow before the next is written", async () => {
    const cwd = await folder({ "cluster.yaml": CLUSTER });
    const child = start(["check", "cluster.yaml", "--flows", "-", "-q"], { cwd });
    const closed = new Promise((resolve) => child.on("close", resolve));
    for (const line of LINES.slice(0, 2)) {
      const answer = new Promise((resolve) => child.stdout?.once("data", (bytes) => resolve(String(bytes))));
      child.stdin?.write(`${line}\n`);
      expect(await answer).toMatch(/^allow .*\n$/);
    }
    child.stdin?.end();
    expect(await closed).toBe(0);
  });

  it("answers many flows, over many chunks, each once and in order", async () => {
    const many = Array.from({ length: 20_000 }, (_, at) => `shop/web-0,shop/db-0,${1 + (at % 60_000)},TCP`);
    const { status, stdout } = await run(["from,to,port,protocol", ...many].join("\n"), ["-q"]);
    const ports = stdout
      .trimEnd()
      .split("\n")
      .map((line) => Number(/ (\d+)\/TCP/.exec(line)?.[1]));
    expect(ports).toEqual(many.map((_, at) => at + 1));
    expect(stdout.match(/^allow/gm)).toHaveLength(1);
    expect(status).toBe(1);
  });

  it("answers the shop's flows as expected.json says", async () => {
    const shop = join("examples", "shop");
    const { default: expected } = await import("../../examples/shop/expected.json", { with: { type: "json" } });
    const { stdout } = await netverdict(
      ["check", join(shop, "manifests"), "--flows", join(shop, "flows.csv"), "--json"],
      { cwd: ROOT },
    );
    const verdicts = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).verdict);
    expect(verdicts).toEqual(expected.flows.map(({ verdict }) => verdict));
  });
});
