/** Namespaces, nodes and endpoints as records of the input stream. */
import {
  ENDPOINT_ADDRESS4,
  ENDPOINT_ADDRESS6,
  ENDPOINT_EXTERNAL,
  ENDPOINT_FLAGS,
  ENDPOINT_HEADER_WORDS,
  ENDPOINT_KIND,
  ENDPOINT_LABELS,
  ENDPOINT_NAMED,
  ENDPOINT_NAMESPACE,
  ENDPOINT_NODE,
  ENDPOINT_NODE_INDEX,
  ENDPOINT_OWNS_ADDRESS,
  ENDPOINT_POD,
  ENDPOINT_PORTS,
  ENDPOINT_PREFERS_IPV6,
  LABELS_OPEN,
  NONE,
} from "../../assembly/abi.ts";
import type { ModelEndpoint, ModelNamespace, ModelNode } from "../model/model.ts";
import { SLOTS } from "../ports.ts";
import { writeAddress4, writeAddress6 } from "./address-words.ts";
import type { Vocabulary } from "./vocabulary.ts";
import type { Words } from "./words.ts";

const KINDS = { pod: ENDPOINT_POD, node: ENDPOINT_NODE, external: ENDPOINT_EXTERNAL } as const;

export function writeNamespace(words: Words, vocabulary: Vocabulary, namespace: ModelNamespace): void {
  words.push(namespace.open ? LABELS_OPEN : 0);
  words.push(0);
  const place = words.length - 1;
  const count = vocabulary.writePairs(words, namespace.labels, false);
  // Only now: the pairs may have moved the words to another array.
  words.array[place] = count;
}

export function writeNode(words: Words, vocabulary: Vocabulary, node: ModelNode): void {
  words.push(node.declared ? 0 : LABELS_OPEN);
  words.push(0);
  const place = words.length - 1;
  const count = vocabulary.writePairs(words, node.labels, true);
  // Only now: the pairs may have moved the words to another array.
  words.array[place] = count;
}

export function writeEndpoint(words: Words, vocabulary: Vocabulary, endpoint: ModelEndpoint): void {
  words.reserve(ENDPOINT_HEADER_WORDS);
  const start = words.length;
  const { array } = words;
  array[start + ENDPOINT_KIND] = KINDS[endpoint.kind];
  array[start + ENDPOINT_NAMESPACE] = endpoint.namespace ?? NONE;
  array[start + ENDPOINT_NODE_INDEX] = endpoint.node ?? NONE;
  writeAddress4(array, start + ENDPOINT_ADDRESS4, endpoint.address4);
  writeAddress6(array, start + ENDPOINT_ADDRESS6, endpoint.address6);
  array[start + ENDPOINT_FLAGS] =
    (endpoint.ownsAddress ? ENDPOINT_OWNS_ADDRESS : 0) |
    (endpoint.prefersIPv6 ? ENDPOINT_PREFERS_IPV6 : 0) |
    (endpoint.named ? ENDPOINT_NAMED : 0);
  words.length += ENDPOINT_HEADER_WORDS;
  // The pairs may move the words to another array.
  const labels = vocabulary.writePairs(words, endpoint.labels, true);
  const ports = writePorts(words, vocabulary, endpoint.ports);
  words.array[start + ENDPOINT_LABELS] = labels;
  words.array[start + ENDPOINT_PORTS] = ports;
}

/** Writes the ports that have a name, and gives their number. */
function writePorts(words: Words, vocabulary: Vocabulary, ports: ModelEndpoint["ports"]): number {
  let count = 0;
  for (const { name, protocol, containerPort } of ports) {
    if (name === undefined) continue;
    words.push(vocabulary.numberOf(name));
    words.push(SLOTS[protocol]);
    words.push(containerPort);
    count++;
  }
  return count;
}
