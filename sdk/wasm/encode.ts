/**
 * The model as the core's input stream (`assembly/abi.ts`: INPUT_…). Texts become numbers, equal selectors, blocks and peers one
 * record each.
 */
import { ABI_VERSION, ENDPOINT_HEADER_WORDS } from "../../assembly/abi.ts";
import type { Model, ModelEndpoint, ModelNamespace, ModelNode, ModelPolicy } from "../model/model.ts";
import { writePrefix } from "./address-words.ts";
import { writeEndpoint, writeNamespace, writeNode } from "./encode-endpoints.ts";
import { PolicyEncoder } from "./encode-policies.ts";
import { Vocabulary } from "./vocabulary.ts";
import { Words } from "./words.ts";

/** Encodes one state's records; the numbers that it gave to texts hold for as long as the state lives. */
export class Encoder {
  readonly #vocabulary = new Vocabulary();
  readonly #policies: PolicyEncoder = new PolicyEncoder(this.#vocabulary);

  /** The whole input stream of a model. */
  encode(model: Model): Uint32Array {
    // Policies first: they fill the records that stand before them in the stream.
    const policies = new Words(model.policies.length * 24 + 64);
    for (const policy of model.policies) this.#policies.write(policies, policy);
    const { sections } = this.#policies;
    const stream = new Words(
      policies.length + sections.reduce((sum, { words }) => sum + words.length, 0) + roomFor(model),
    );
    for (const word of [
      ABI_VERSION,
      ...sections.map(({ count }) => count),
      model.namespaces.length,
      model.policies.length,
      model.nodes.length,
      model.addressSets.length,
      model.endpoints.length,
    ]) {
      stream.push(word);
    }
    for (const { words } of sections) stream.append(words.view());
    for (const namespace of model.namespaces) writeNamespace(stream, this.#vocabulary, namespace);
    stream.append(policies.view());
    for (const node of model.nodes) writeNode(stream, this.#vocabulary, node);
    for (const set of model.addressSets) {
      stream.push(set.length);
      for (const prefix of set) writePrefix(stream, prefix);
    }
    for (const endpoint of model.endpoints) writeEndpoint(stream, this.#vocabulary, endpoint);
    return stream.view();
  }

  /** A policy that comes later, after the selectors, blocks and peers that no record before it says. */
  encodePolicy(policy: ModelPolicy): Uint32Array {
    const sections = this.#policies.sections.map((records) => ({
      records,
      count: records.count,
      length: records.words.length,
    }));
    const words = new Words();
    this.#policies.write(words, policy);
    const stream = new Words();
    stream.push(ABI_VERSION);
    for (const { records, count } of sections) stream.push(records.count - count);
    for (const count of [0, 1, 0, 0, 0]) stream.push(count);
    for (const { records, length } of sections) stream.append(records.words.view().subarray(length));
    stream.append(words.view());
    return stream.view();
  }

  encodeNamespace(namespace: ModelNamespace): Uint32Array {
    const words = new Words();
    writeNamespace(words, this.#vocabulary, namespace);
    return words.view();
  }

  encodeNode(node: ModelNode): Uint32Array {
    const words = new Words();
    writeNode(words, this.#vocabulary, node);
    return words.view();
  }

  encodeEndpoint(endpoint: ModelEndpoint): Uint32Array {
    const words = new Words();
    writeEndpoint(words, this.#vocabulary, endpoint);
    return words.view();
  }
}

/** Words that the endpoints, nodes and namespaces of most clusters need. */
function roomFor({ endpoints, nodes, namespaces }: Model): number {
  return 1024 + endpoints.length * (ENDPOINT_HEADER_WORDS + 12) + (nodes.length + namespaces.length) * 8;
}
