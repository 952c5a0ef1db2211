/**
 * Serves the page on this machine, to try it: `node serve.mjs [port]`. Any static server will do in its place; the page wants
 * its own files, and the package's `dist` folder as `netverdict/`.
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const PAGE = new URL(".", import.meta.url);
const PACKAGE = new URL(".", import.meta.resolve("netverdict"));

const FILES = new Map([
  ["/", [new URL("index.html", PAGE), "text/html"]],
  ["/app.js", [new URL("app.js", PAGE), "text/javascript"]],
  ["/flow.js", [new URL("flow.js", PAGE), "text/javascript"]],
  ["/render.js", [new URL("render.js", PAGE), "text/javascript"]],
  ["/style.css", [new URL("style.css", PAGE), "text/css"]],
  ["/icon.svg", [new URL("icon.svg", PAGE), "image/svg+xml"]],
]);

const server = createServer(async ({ url }, response) => {
  const isPackage = /^\/netverdict\/[a-z-]+\.js$/.test(url);
  const [file, type] = isPackage
    ? [new URL(url.replace("/netverdict/", ""), PACKAGE), "text/javascript"]
    : (FILES.get(url) ?? []);
  if (file === undefined) return response.writeHead(404).end();
  try {
    const body = await readFile(file);
    response.writeHead(200, {
      "content-type": `${type}; charset=utf-8`,
      "content-security-policy": "frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
      "cache-control": "no-cache",
    });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});

const port = process.argv[2] ?? "8080";
if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) {
  console.error(`serve: \`${port}\` is no port: give a number of 0 to 65535`);
  process.exit(2);
}
server.on("error", (error) => {
  const why = error.code === "EADDRINUSE" ? "is in use: give another one, as in `node serve.mjs 8081`" : error.message;
  console.error(`serve: port ${port} ${why}`);
  process.exitCode = 1;
});
server.listen(Number(port), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}/`);
});
