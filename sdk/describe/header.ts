/** The head of a description: name, namespace, time, labels, annotations. [kubectl pkg/describe, describeNetworkPolicy] */
import { type Clock, NO_TIME, readInstant } from "./created-on.ts";
import { byUnits } from "./selector-text.ts";
import { alignTabs } from "./tab-writer.ts";
import type { WrittenPolicy } from "./written-policy.ts";

/** Bytes that an annotation may take on one line, and that a line of a long one may have. */
const MAX_ANNOTATION_BYTES = 140;
const MAX_LINE_BYTES = MAX_ANNOTATION_BYTES - 2;

/** What `kubectl apply` leaves behind, which nobody wants to read. */
const HIDDEN = "kubectl.kubernetes.io/last-applied-configuration";

/** Lines that end with a line feed each; `metadata` has been checked. */
export function headerText(metadata: WrittenPolicy["metadata"], namespace: string, clock: Clock): string {
  const { name, generateName, creationTimestamp, labels, annotations } = metadata;
  const instant = readInstant(creationTimestamp);
  const text = [
    `Name:\t${name || generateName}\n`,
    `Namespace:\t${namespace}\n`,
    `Created on:\t${instant === undefined ? NO_TIME : clock(instant)}\n`,
    `Labels:\t${labelLines(labels ?? {})}`,
    `Annotations:\t${annotationLines(annotations ?? {})}`,
  ].join("");
  return alignTabs(escaped(text));
}

function labelLines(labels: Readonly<Record<string, string>>): string {
  const lines = sorted(labels).map(([key, value]) => `${key}=${value}\n`);
  return lines.length === 0 ? "<none>\n" : lines.join("\t");
}

function annotationLines(annotations: Readonly<Record<string, string>>): string {
  const entries = sorted(annotations).filter(([key]) => key !== HIDDEN);
  return entries.length === 0 ? "<none>\n" : entries.map(([key, value]) => annotationText(key, value)).join("\t");
}

function annotationText(key: string, written: string): string {
  const value = written.endsWith("\n") ? written.slice(0, -1) : written;
  const isShort = utf8(value).length + utf8(key).length + 2 <= MAX_ANNOTATION_BYTES;
  if (isShort && !value.includes("\n")) return `${key}: ${value}\n`;
  const lines = value.split("\n").map((line) => `\t  ${shortened(line)}\n`);
  return `${key}:\n${lines.join("")}`;
}

/** Cut by bytes, as kubectl does: of a character that is cut, U+FFFD is left. */
function shortened(line: string): string {
  const bytes = utf8(line);
  return bytes.length <= MAX_LINE_BYTES ? line : `${new TextDecoder().decode(bytes.subarray(0, MAX_LINE_BYTES))}...`;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What a terminal would obey is written out. [cli-runtime printers/terminal.go] */
const escaped = (text: string): string => text.replaceAll("\u001b", "^[").replaceAll("\r", "\\r");

/** A null is an empty text, as the API server stores it. */
const sorted = (map: Readonly<Record<string, string | null>>): [string, string][] =>
  Object.entries(map)
    .map(([key, value]): [string, string] => [key, value ?? ""])
    .sort(([a], [b]) => byUnits(a, b));
