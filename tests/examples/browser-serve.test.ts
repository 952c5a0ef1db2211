/** The little server of examples/browser, where it cannot serve. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it } from "vitest";
import { EXAMPLES } from "./example.ts";

function serve(port: string): { status: number | null; stderr: string } {
  const script = join(EXAMPLES, "browser", "serve.mjs");
  return spawnSync(process.execPath, [script, port], { encoding: "utf8", timeout: 20_000 });
}

it("serve.mjs says in one line that the port is in use", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  expect(serve(String(port))).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^serve: port \d+ is in use: .*\n$/),
  });
  other.close();
});

it.each(["web", "", "-1", "80.5", "65536"])("serve.mjs refuses `%s`, which is no port", (port) => {
  expect(serve(port)).toMatchObject({ status: 2, stderr: expect.stringMatching(/^serve: `.*` is no port: .*\n$/) });
});
