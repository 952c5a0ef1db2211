/** Workloads as ends; `docs/semantics.md` names each of these. */
import { describe, expect, it } from "vitest";
import { answer, codeOf, namespace, pod, policy, verdict, workload } from "./objects.ts";

const A = namespace("a");
const OUTSIDE = "198.51.100.7";
const denies = (matchLabels: object): object => policy("a/p", { podSelector: { matchLabels } });

describe("which pods a workload is", () => {
  const deployment = workload("a/Deployment/web", { app: "web" });
  const to = { workload: "a/Deployment/web" } as const;

  it("without loaded pods it is one that its template makes", () => {
    expect(answer([A, deployment, denies({ app: "web" })], { from: OUTSIDE, to, port: 80 })).toMatchObject({
      verdict: "deny",
      members: ["198.51.100.7 a/Deployment/web 80 4"],
    });
  });

  it("with loaded pods it is those, whatever the template says", () => {
    const owned = pod("a/web-1", {
      labels: { app: "old" },
      ips: ["10.0.0.1"],
      owner: { kind: "Deployment", name: "web" },
    });
    expect(answer([A, deployment, owned, denies({ app: "web" })], { from: OUTSIDE, to, port: 80 })).toMatchObject({
      verdict: "allow",
      members: ["198.51.100.7 a/web-1 80 4"],
    });
  });

  it("a ReplicaSet that was not loaded is its Deployment's by the pod-template-hash", () => {
    const owned = pod("a/web-5d8-x", {
      labels: { "pod-template-hash": "5d8" },
      ips: ["10.0.0.1"],
      owner: { kind: "ReplicaSet", name: "web-5d8" },
    });
    expect(answer([A, owned], { from: OUTSIDE, to, port: 80 }).members).toEqual(["198.51.100.7 a/web-5d8-x 80 4"]);
    expect(answer([A, owned], { from: OUTSIDE, to: { workload: "a/ReplicaSet/web-5d8" }, port: 80 }).members).toEqual([
      "198.51.100.7 a/web-5d8-x 80 4",
    ]);
  });

  it("a ReplicaSet of a loaded Deployment makes the pods, and the Deployment's stand for the same", () => {
    const replicaSet = workload(
      "a/ReplicaSet/web-1",
      { app: "rs" },
      { replicas: 2 },
      { kind: "Deployment", name: "web" },
    );
    expect(answer([A, deployment, replicaSet], { from: OUTSIDE, to, port: 80 }).members).toEqual([
      "198.51.100.7 a/ReplicaSet/web-1 80 4",
    ]);
  });

  it("a StatefulSet is its pods by name and index, from its first ordinal on", () => {
    const set = workload("a/StatefulSet/db", { app: "db" }, { replicas: 2, ordinals: { start: 3 } });
    const second = denies({ "apps.kubernetes.io/pod-index": "4", "statefulset.kubernetes.io/pod-name": "db-4" });
    expect(verdict([A, set, second], OUTSIDE, "a/db-3")).toBe("allow");
    expect(verdict([A, set, second], OUTSIDE, "a/db-4")).toBe("deny");
    expect(codeOf(() => verdict([A, set], OUTSIDE, "a/db-0"))).toBe("unknown-pod");
  });

  it("a Job's pod has the labels that the Job controller adds", () => {
    const job = workload("a/Job/once", { app: "once" });
    const labels = { "job-name": "once", "batch.kubernetes.io/job-name": "once" };
    expect(verdict([A, job, denies(labels)], OUTSIDE, { workload: "a/Job/once" })).toBe("deny");
  });

  it.each([
    ["Deployment", "pod-template-hash"],
    ["DaemonSet", "controller-revision-hash"],
    ["DaemonSet", "pod-template-generation"],
    ["Job", "controller-uid"],
    ["CronJob", "batch.kubernetes.io/job-name"],
    ["CronJob", "batch.kubernetes.io/controller-uid"],
  ])("a %s's pod has the label %s, with a value that no selector names", (kind, label) => {
    const maker = workload(`a/${kind}/web`, {});
    const selecting = (operator: string, values?: string[]) =>
      policy("a/p", { podSelector: { matchExpressions: [{ key: label, operator, ...(values && { values }) }] } });
    const ask = (operator: string, values?: string[]): string =>
      verdict([A, maker, selecting(operator, values)], OUTSIDE, { workload: `a/${kind}/web` });
    expect([ask("Exists"), ask("DoesNotExist")]).toEqual(["deny", "allow"]);
    expect([ask("In", ["x"]), ask("NotIn", ["x"])]).toEqual(["allow", "deny"]);
  });

  it("one scaled to zero has no pods", () => {
    const none = workload("a/Deployment/web", {}, { replicas: 0 });
    expect(codeOf(() => verdict([A, none], OUTSIDE, to))).toBe("no-pods");
  });

  it("finished pods do not count, but a Job whose pod has finished has run", () => {
    const done = pod("a/web-1", { phase: "Failed", owner: { kind: "Deployment", name: "web" } });
    expect(answer([A, deployment, done], { from: OUTSIDE, to, port: 80 }).members).toEqual([
      "198.51.100.7 a/Deployment/web 80 4",
    ]);
    const job = workload("a/Job/once", {});
    const ran = pod("a/once-x", { phase: "Succeeded", owner: { kind: "Job", name: "once" } });
    expect(codeOf(() => verdict([A, job, ran], OUTSIDE, { workload: "a/Job/once" }))).toBe("no-pods");
  });
});

describe("pods of a workload with each other", () => {
  const owner = { kind: "Deployment", name: "web" };
  const one = pod("a/web-1", { ips: ["10.0.0.1"], owner });
  const two = pod("a/web-2", { ips: ["10.0.0.2"], owner });
  const web = { workload: "a/Deployment/web" } as const;
  const closed = policy("a/closed", { podSelector: {} });

  it("a pod is not its own peer, unless it is the only one", () => {
    expect(answer([A, one, two, closed], { from: web, to: web, port: 80 })).toMatchObject({
      verdict: "deny",
      members: ["a/web-1 a/web-2 80 4", "a/web-2 a/web-1 80 4"],
    });
    expect(answer([A, one, closed], { from: web, to: web, port: 80 })).toMatchObject({
      verdict: "allow",
      ingress: "same-pod",
    });
  });

  it("a pod that stands for many is not one pod that talks to itself", () => {
    const deployment = workload("a/Deployment/web", {});
    expect(verdict([A, deployment, closed], web, web)).toBe("deny");
  });
});
