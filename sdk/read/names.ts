/**
 * The grammars of names, labels and port names (apimachinery `validation`), in plain loops. Each function gives what is
 * wrong, ready to follow the quoted text in a message, or undefined.
 */

const DASH = 45;
const DOT = 46;
const UNDERSCORE = 95;

const isLower = (code: number): boolean => code >= 97 && code <= 122;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isLowerAlphanumeric = (code: number): boolean => isLower(code) || isDigit(code);
const isAlphanumeric = (code: number): boolean => isLowerAlphanumeric(code) || (code >= 65 && code <= 90);

/** Whether `text` in [start, end) is `[a-z0-9]([-a-z0-9]*[a-z0-9])?`. */
function isDnsLabel(text: string, start: number, end: number): boolean {
  if (start >= end || text.charCodeAt(start) === DASH || text.charCodeAt(end - 1) === DASH) return false;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (!isLowerAlphanumeric(code) && code !== DASH) return false;
  }
  return true;
}

/** A DNS-1123 label: namespaces, Services. */
export function dnsLabelFault(text: string): string | undefined {
  if (text.length > 63) return "must be no more than 63 characters";
  if (isDnsLabel(text, 0, text.length)) return undefined;
  return "must be a DNS label: lower-case letters, digits and `-`, starting and ending with a letter or digit";
}

/** A DNS-1123 subdomain: most other objects. */
export function dnsSubdomainFault(text: string): string | undefined {
  if (text.length > 253) return "must be no more than 253 characters";
  for (let start = 0; ; ) {
    const dot = text.indexOf(".", start);
    const end = dot < 0 ? text.length : dot;
    if (!isDnsLabel(text, start, end)) {
      return "must be a DNS subdomain: lower-case letters, digits, `-` and `.`, each part starting and ending with a letter or digit";
    }
    if (dot < 0) return undefined;
    start = dot + 1;
  }
}

/** Whether `text` from `start` is `([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]`. */
function isLabelText(text: string, start: number): boolean {
  const { length } = text;
  if (!isAlphanumeric(text.charCodeAt(start)) || !isAlphanumeric(text.charCodeAt(length - 1))) return false;
  for (let i = start; i < length; i++) {
    const code = text.charCodeAt(i);
    if (!isAlphanumeric(code) && code !== DASH && code !== DOT && code !== UNDERSCORE) return false;
  }
  return true;
}

const LABEL_TEXT = "must be letters, digits, `-`, `_` and `.`, starting and ending with a letter or digit";

/** A qualified name, `[prefix/]name`: label keys, and annotation keys after lower-casing. */
export function labelKeyFault(key: string): string | undefined {
  const slash = key.indexOf("/");
  if (slash >= 0) {
    if (key.indexOf("/", slash + 1) >= 0) return "must have at most one `/`";
    if (slash === 0) return "must have a prefix before the `/`";
    const fault = dnsSubdomainFault(key.slice(0, slash));
    if (fault !== undefined) return `has a bad prefix, which ${fault}`;
  }
  const nameLength = key.length - slash - 1;
  if (nameLength === 0) return "must have a name part";
  if (nameLength > 63) return "must have a name part of no more than 63 characters";
  return isLabelText(key, slash + 1) ? undefined : LABEL_TEXT;
}

/** A label value; empty is legal. */
export function labelValueFault(value: string): string | undefined {
  if (value.length > 63) return "must be no more than 63 characters";
  return value === "" || isLabelText(value, 0) ? undefined : LABEL_TEXT;
}

/** A port name (IANA service name, lower case). */
export function portNameFault(name: string): string | undefined {
  if (name === "") return "must not be empty";
  if (name.length > 15) return "must be no more than 15 characters";
  let letters = 0;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (isLower(code)) letters++;
    else if (!isDigit(code) && code !== DASH) return "must be lower-case letters, digits and `-`";
  }
  if (letters === 0) return "must have at least one letter: a number in quotes is a name, a port number has no quotes";
  if (name.includes("--")) return "must not have `--`";
  if (name.startsWith("-") || name.endsWith("-")) return "must not start or end with `-`";
  return undefined;
}
