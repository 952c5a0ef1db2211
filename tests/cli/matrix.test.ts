/** `netverdict matrix`: who reaches whom. */
import { describe, expect, it } from "vitest";
import { evaluate, loadState, type MatrixCell, matrix, type PortSetCell, portSets } from "../../bindings/inline.ts";
import { CLUSTER } from "./cluster.ts";
import { folder, netverdict } from "./command.ts";

const HOSTS = `apiVersion: v1
kind: Node
metadata: { name: n1 }
status: { addresses: [{ type: InternalIP, address: 10.9.0.1 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: agent-0, namespace: shop, labels: { app: agent } }
spec: { hostNetwork: true, nodeName: n1, containers: [] }
status: { phase: Running, podIP: 10.9.0.1 }
---
apiVersion: v1
kind: Pod
metadata: { name: closed-0, namespace: shop, labels: { app: closed } }
spec: { nodeName: n1, containers: [] }
status: { phase: Running, podIP: 10.1.0.30 }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed, namespace: shop }
spec: { podSelector: { matchLabels: { app: closed } } }
`;
const OPEN = `apiVersion: v1
kind: Pod
metadata: { name: pending-0, namespace: shop, labels: { app: pending } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: pending, namespace: shop }
spec: { podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ ipBlock: { cidr: 10.1.0.0/16 } }] }] }
`;
const dir = await folder({ "cluster.yaml": CLUSTER, "hosts.yaml": HOSTS, "open.yaml": OPEN });
const run = (...args: readonly string[]) => netverdict(["matrix", ...args], { cwd: dir });

/** Without those of a pod that is alone in its group with itself. */
function withOthers<C extends MatrixCell | PortSetCell>(cells: Iterable<C>): C[] {
  return [...cells].filter(({ from, to }) => from !== to || from.size > 1);
}

describe("netverdict matrix", () => {
  it("prints the exact ports of every pair, and how many pods are told apart", async () => {
    expect(await run("cluster.yaml")).toMatchObject({
      status: 0,
      stdout: `shop/web-0 → shop/db-0, shop/db-1  TCP 5432
shop/db-0, shop/db-1 → shop/web-0  all
`,
      stderr: "3 pods in 2 groups that policies tell apart\n",
    });
  });

  it("prints who may use one port, and which pairs are not settled", async () => {
    expect(await run("cluster.yaml", "--port", "5432")).toMatchObject({
      stdout: "shop/web-0 → shop/db-0, shop/db-1\nshop/db-0, shop/db-1 → shop/web-0\n",
      stderr: "7 of 9 pairs allowed\n",
    });
    const { stdout } = await run("cluster.yaml", "open.yaml", "--port", "80/UDP", "--to", "shop/web-0");
    expect(stdout).toBe("shop/db-0, shop/db-1 → shop/web-0\nshop/pending-0 → shop/web-0  undetermined\n");
    const all = await run("cluster.yaml", "open.yaml", "--from", "shop/pending-0", "--to", "shop/web-0");
    expect(all.stdout).toBe("shop/pending-0 → shop/web-0  undetermined: all\n");
  });

  it("prints the lines of one pod, its own node's among them", async () => {
    expect((await run("cluster.yaml", "-n", "shop", "--from", "web-0")).stdout).toBe(
      (await run("cluster.yaml", "--from", "shop/web-0")).stdout,
    );
    expect((await run("cluster.yaml", "--from", "shop/web-0")).stdout).toBe(
      "shop/web-0 → shop/db-0, shop/db-1  TCP 5432\n",
    );
    expect(await run("cluster.yaml", "--to", "shop/db-1")).toMatchObject({
      stdout: "shop/web-0 → shop/db-1  TCP 5432\n",
      stderr: "",
    });
    const own = ["cluster.yaml", "hosts.yaml", "--to", "shop/closed-0"];
    expect((await run(...own)).stdout).toBe("shop/agent-0 → shop/closed-0  all (its own node)\n");
    expect((await run(...own, "--port", "1")).stdout).toBe("shop/agent-0 → shop/closed-0  allow (its own node)\n");
  });

  it("prints the lines of a workload's pods, loaded or to come, and of a pod by its address", async () => {
    const workload = (name: string, labels: string) =>
      `---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: ${name}, namespace: shop }\nspec: { replicas: 2, template: { metadata: { labels: ${labels} } } }\n`;
    const owned = CLUSTER.replaceAll(
      /name: (db-\d)\n {2}namespace: shop/g,
      "$&\n  ownerReferences: [{ kind: StatefulSet, name: db, controller: true }]",
    );
    const input = `${owned}${workload("db", "{ app: db }")}${workload("new", "{ app: web }")}`;
    const ask = async (...args: readonly string[]) =>
      (await netverdict(["matrix", "-", "--port", "5432", ...args], { input })).stdout;
    expect(await ask("--to", "workload:shop/StatefulSet/db")).toBe(
      "shop/web-0 → shop/db-0, shop/db-1\nshop/new-0, shop/new-1 → shop/db-0, shop/db-1\n",
    );
    expect(await ask("--from", "shop/StatefulSet/new", "--to", "10.1.0.20")).toBe(
      "shop/new-0, shop/new-1 → shop/db-0\n",
    );
  });

  it("names three of a group and counts the others", async () => {
    const many = Array.from({ length: 5 }, (_, i) =>
      JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name: `p-${i}` }, status: { podIP: `10.1.1.${i}` } }),
    );
    const { stdout } = await netverdict(["matrix", "-"], { input: `[${many.join(",")}]` });
    const names = "default/p-0, default/p-1, default/p-2 and 2 more";
    expect(stdout).toBe(`${names} → ${names}  all\n`);
  });

  it.each([[[]], [["--port", "5432"]], [["--protocol", "ICMP", "--family", "4"]]])(
    "with --json %j prints what the library gives",
    async (args) => {
      const { status, stdout, stderr } = await run("cluster.yaml", "hosts.yaml", "open.yaml", "--json", ...args);
      const document = JSON.parse(stdout);
      expect([status, stderr.includes("pairs")]).toEqual([0, false]);
      const state = loadState([CLUSTER, HOSTS, OPEN].map((text, i) => ({ text, file: `${i}.yaml` })));
      const groups = (of: readonly { names: readonly string[] }[]) => of.map(({ names }) => names);
      if (args.length === 0) {
        const part = (await portSets(state).next()).value;
        expect(document).toEqual({
          groups: groups(part!.groups),
          cells: withOthers(part!).map(({ from, to, ports }) => ({ from: from.index, to: to.index, ...ports })),
          exceptions: part!.exceptions,
        });
      } else {
        const options = args[0] === "--port" ? { port: 5432 } : { protocol: "ICMP" as const, family: 4 as const };
        const reach = matrix(state, options);
        expect(document).toEqual({
          protocol: "TCP",
          ...options,
          counts: reach.counts,
          groups: groups(reach.groups),
          cells: withOthers(reach.cells()).map(({ from, to, verdict }) => ({
            from: from.index,
            to: to.index,
            verdict,
          })),
          exceptions: reach.exceptions,
        });
        const [{ from, to, verdict }] = document.cells;
        const flow = { from: document.groups[from][0], to: document.groups[to].at(-1), port: 5432 };
        if (args[0] === "--port") expect(evaluate(state, flow).verdict).toBe(verdict);
      }
    },
  );

  it.each([
    [["--from", "shop/db"], "--from: no pod `shop/db` was loaded; did you mean `shop/db-0`?"],
    [["--to", "db-0"], "--to: `db-0` is neither namespace/pod nor an address; did you mean `shop/db-0`?"],
    [["--to", "service:shop/db"], "--to: `service:shop/db` is no pod, and no workload that was loaded"],
    [["--to", "203.0.113.7"], "--to: `203.0.113.7` is no pod"],
    [["--from", "workload:shop/Deployment/no"], "--from: no workload `shop/Deployment/no` was loaded"],
    [["--port", "http"], "--port: `http` is a name, for which pods have numbers of their own: give a number"],
    [["--port", "0"], "--port"],
    [["--protocol", "TCP"], "--port: a matrix is of one port by its number"],
    [["--port", "53/UDP", "--protocol", "TCP"], "the port says `UDP` and the protocol says `TCP`"],
    [["--family", "5"], "--family"],
  ])("%j is an error", async (args, message) => {
    const { status, stdout, stderr } = await run("cluster.yaml", ...args);
    expect([status, stdout, stderr]).toEqual([2, "", expect.stringContaining(message)]);
  });

  it("of no pods at all is empty", async () => {
    const input = "apiVersion: v1\nkind: Namespace\nmetadata: { name: a }\n";
    expect(await netverdict(["matrix", "-", "--quiet"], { input })).toMatchObject({ status: 0, stdout: "" });
    const { stdout } = await netverdict(["matrix", "-", "--json"], { input });
    expect(JSON.parse(stdout)).toEqual({ groups: [], cells: [], exceptions: [] });
  });
});
