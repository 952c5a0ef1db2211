/** What comes from another realm (a test runner's sandbox, a frame) is taken as one's own is. */
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { evaluateBatch, loadSnapshot, loadState, matrix, NetverdictError, snapshot } from "../../bindings/inline.ts";

const MANIFEST = `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
status: { podIP: 10.0.0.1 }
---
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: shop }
status: { podIP: 10.0.0.2 }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec: { podSelector: {}, ingress: [{ ports: [{ port: 5432 }] }] }
`;

/** An array of another realm: none of this one's classes made it. */
function foreign<T extends Uint8Array | Uint16Array | Uint32Array>(array: T): T {
  const name = array.constructor.name === "Buffer" ? "Uint8Array" : array.constructor.name;
  const made = runInNewContext(`${name}.from(values)`, { values: [...array] }) as T;
  expect(made).not.toBeInstanceOf(Object);
  return made;
}

describe("another realm's", () => {
  const state = loadState(MANIFEST);
  const [web, db] = [state.podIndex("shop", "web"), state.podIndex("shop", "db")];

  it("bytes are read as text", () => {
    const bytes = foreign(new TextEncoder().encode(MANIFEST));
    for (const text of [bytes, bytes.buffer as ArrayBuffer]) {
      expect(loadState(text).counts).toEqual(state.counts);
      expect(loadState([{ file: "shop.yaml", text }]).counts).toEqual(state.counts);
    }
  });

  it("objects are read", () => {
    const pod = runInNewContext(
      `({ apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop", labels: { app: "web" } } })`,
    );
    expect(loadState([pod]).counts.pods).toBe(1);
  });

  it("columns are answered", () => {
    const out = foreign(new Uint8Array(2));
    const codes = evaluateBatch(
      state,
      {
        from: foreign(Uint32Array.of(web, web)),
        to: foreign(Uint32Array.of(db, db)),
        port: foreign(Uint16Array.of(5432, 80)),
        protocol: foreign(Uint8Array.of(6, 6)),
      },
      out,
    );
    expect(codes).toBe(out);
    expect([...codes]).toEqual([1, 0]);
    const byAddress = evaluateBatch(state, {
      fromIPv4: foreign(Uint32Array.of(0x0a000001)),
      toIPv4: foreign(Uint32Array.of(0x0a000002)),
      port: foreign(Uint16Array.of(5432)),
      protocol: foreign(Uint8Array.of(6)),
    });
    expect([...byAddress]).toEqual([1]);
  });

  it("columns of another kind are refused as one's own are", () => {
    const columns = {
      from: foreign(Uint16Array.of(web)),
      to: Uint32Array.of(db),
      port: Uint16Array.of(1),
      protocol: Uint8Array.of(6),
    };
    expect(() => evaluateBatch(state, columns as never)).toThrow(NetverdictError);
  });

  it("snapshots are loaded", () => {
    expect(loadSnapshot(foreign(snapshot(state))).counts).toEqual(state.counts);
  });

  it("room for a matrix's bits is filled", () => {
    const cells = matrix(state, { port: 5432, protocol: "TCP" });
    const out = foreign(new Uint8Array(cells.rowBytes * cells.size));
    expect(cells.expand({ out })).toBe(out);
    expect([...out]).toEqual([...cells.expand()]);
  });
});
