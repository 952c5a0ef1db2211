/** What kubectl reads in a text, without an API server. */
import { spawnSync } from "node:child_process";

/** The objects, or nothing where kubectl refuses the text. */
export function readByKubectl(text: string): Record<string, unknown>[] | undefined {
  const arguments_ = ["label", "--local", "--filename=-", "--output=json", "added=x"];
  const { status, stdout } = spawnSync("kubectl", arguments_, { encoding: "utf8", input: text });
  if (status !== 0) return undefined;
  // One object after the other, each over many lines.
  return stdout
    .split(/^(?<=^\}\n)/m)
    .filter((object) => object.trim() !== "")
    .map((object) => JSON.parse(object) as Record<string, unknown>);
}
