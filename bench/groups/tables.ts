/** How large a state's tables are. */
import {
  SECTION_CHUNKS,
  SECTION_CLASS_INFO,
  SECTION_CLASS_PORTS,
  SECTION_CLASS4,
  SECTION_CLASS6,
  SECTION_HOSTS6,
  SECTION_NODE,
  SECTION_PORT_LISTS,
  SECTION_PORT_RECORDS,
  SECTION_RANGES6,
  SECTION_ROW_CHUNKS,
  SECTION_ROW_INFO,
  SECTION_TRIE4,
} from "../../assembly/abi.ts";
import { Core, encodeObjects } from "../core.ts";
import { bytes } from "../harness/result.ts";
import type { Context, Group, Outcome } from "./group.ts";

const PARTS: readonly (readonly [string, readonly number[]])[] = [
  // What a verdict reads once the ends' classes are known.
  ["hot tables", [SECTION_CLASS_PORTS, SECTION_PORT_RECORDS, SECTION_PORT_LISTS, SECTION_ROW_CHUNKS, SECTION_CHUNKS]],
  ["what reasons and nodes need", [SECTION_CLASS_INFO, SECTION_ROW_INFO]],
  ["endpoints' classes and nodes", [SECTION_CLASS4, SECTION_CLASS6, SECTION_NODE]],
  ["addresses", [SECTION_TRIE4, SECTION_HOSTS6, SECTION_RANGES6]],
];

export const tables: Group = {
  name: "tables",
  every: "size",
  async run({ size, cluster }: Context): Promise<Outcome> {
    const arena = new Core(encodeObjects(cluster.objects)).compile();
    const sum = (sections: readonly number[]): number =>
      sections.reduce((total, section) => total + arena.bytesOf(section), 0);
    return {
      results: [
        ...PARTS.map(([name, sections]) => bytes("tables", size.name, name, sum(sections))),
        bytes("tables", size.name, "query arena", arena.bytes),
      ],
    };
  },
};
