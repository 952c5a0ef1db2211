import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addressNumber,
  canonicalAddress,
  containsAddress,
  containsPrefix,
  formatAddress,
  formatPrefix,
  parseAddress,
  parseIPv4,
  parsePrefix,
  readPrefix,
} from "../../sdk/address.ts";

describe("addresses", () => {
  test.each([
    ["1.2.3.4", "1.2.3.4"],
    ["0.0.0.0", "0.0.0.0"],
    ["255.255.255.255", "255.255.255.255"],
    ["::", "::"],
    ["::1", "::1"],
    ["1::", "1::"],
    ["2001:DB8::A", "2001:db8::a"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"],
    ["1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["::1.2.3.4", "::102:304"],
    ["64:ff9b::1.2.3.4", "64:ff9b::102:304"],
    ["1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"],
    ["::ffff:1.2.3.4", "1.2.3.4"],
    ["::ffff:102:304", "1.2.3.4"],
    ["0:0:0:0:0:FFFF:1.2.3.4", "1.2.3.4"],
  ])("%s is %s", (text, canonical) => {
    const address = parseAddress(text)!;
    expect(formatAddress(address.bytes)).toBe(canonical);
    expect(address.family).toBe(canonical.includes(":") ? 6 : 4);
    expect(canonicalAddress(text)).toBe(canonical);
  });

  test.each([
    "",
    " ",
    "1",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.",
    ".1.2.3",
    "1..2.3",
    "256.1.1.1",
    "1.2.3.4 ",
    " 1.2.3.4",
    "01.2.3.4",
    "1.2.3.00",
    "1.2.3.-4",
    "1.2.3.4/32",
    "0x1.2.3.4",
    "1.2.3.a",
    "１.2.3.4",
    ":",
    ":::",
    "1:::2",
    "::1::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    "::1:2:3:4:5:6:7:8",
    "12345::",
    "g::",
    "1:",
    ":1",
    "fe80::1%eth0",
    "[::1]",
    "::1.2.3",
    "::1.2.3.04",
    "1.2.3.4::",
    "::1.2.3.4:5",
    "1:2:3:4:5:6:7:1.2.3.4",
    "1:2:3:1.2.3.4",
    "::ffff:1.2.3.4.5",
  ])("%j is none", (text) => {
    expect(parseAddress(text)).toBeUndefined();
    expect(canonicalAddress(text)).toBeUndefined();
  });

  test("parseIPv4 gives the unsigned number", () => {
    expect([parseIPv4("0.0.0.0"), parseIPv4("1.2.3.4"), parseIPv4("255.255.255.255"), parseIPv4("::1")]).toEqual([
      0, 0x01020304, 0xffffffff, -1,
    ]);
  });

  test("formatting and parsing are inverse", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      sparse(),
    );
    fc.assert(
      fc.property(bytes, (given) => {
        const parsed = parseAddress(formatAddress(given))!;
        const mapped = given.length === 16 && parsed.family === 4;
        expect([...parsed.bytes]).toEqual([...(mapped ? given.slice(12) : given)]);
      }),
      { numRuns: 1000 },
    );
  });

  test("an IPv6 address is as the URL standard spells it, IPv4-mapped ones aside", () => {
    fc.assert(
      fc.property(sparse(), (bytes) => {
        const text = formatAddress(bytes);
        if (text.includes(".")) return;
        expect(new URL(`http://[${text}]/`).hostname).toBe(`[${text}]`);
      }),
      { numRuns: 1000 },
    );
  });

  test("every spelling of an IPv6 address has one canonical text", () => {
    fc.assert(
      fc.property(sparse(), fc.boolean(), fc.boolean(), (bytes, padded, upper) => {
        const groups = Array.from({ length: 8 }, (_, i) => ((bytes[i * 2]! << 8) | bytes[i * 2 + 1]!).toString(16));
        const long = groups.map((group) => (padded ? group.padStart(4, "0") : group)).join(":");
        const canonical = formatAddress(parseAddress(long)!.bytes);
        expect(canonicalAddress(upper ? long.toUpperCase() : long)).toBe(canonical);
        expect(canonicalAddress(canonical)).toBe(canonical);
      }),
      { numRuns: 2000 },
    );
  });

  test("addresses have one number if and only if they are one", () => {
    const text = fc
      .oneof(sparse(), fc.uint8Array({ minLength: 4, maxLength: 4 }))
      .map((bytes) => canonicalAddress(formatAddress(bytes))!);
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(addressNumber(a) === addressNumber(b)).toBe(a === b);
      }),
      { numRuns: 2000 },
    );
  });

  test("no text makes it throw", () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."0123456789abcdef:./%") }));
    fc.assert(
      fc.property(text, (given) => {
        const canonical = canonicalAddress(given);
        if (canonical !== undefined) expect(canonicalAddress(canonical)).toBe(canonical);
        const prefix = parsePrefix(given);
        if (prefix !== undefined) expect(formatPrefix(parsePrefix(formatPrefix(prefix))!)).toBe(formatPrefix(prefix));
      }),
      { numRuns: 2000 },
    );
  });
});

/** 16 bytes with many zeros, so that runs of zero groups occur. */
function sparse(): fc.Arbitrary<Uint8Array> {
  const group = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat(0xffff) });
  return fc
    .array(group, { minLength: 8, maxLength: 8 })
    .map((groups) => Uint8Array.from(groups.flatMap((g) => [g >> 8, g & 0xff])));
}

describe("prefixes", () => {
  test.each([
    ["10.0.0.0/8", "10.0.0.0/8", ""],
    ["10.1.2.3/8", "10.0.0.0/8", "hostBits"],
    ["10.1.2.3/0", "0.0.0.0/0", "hostBits"],
    ["10.1.2.3/32", "10.1.2.3/32", ""],
    ["10.1.2.129/25", "10.1.2.128/25", "hostBits"],
    ["010.1.0.0/16", "10.1.0.0/16", "leadingZeros"],
    ["10.0.0.0/008", "10.0.0.0/8", "leadingZeros"],
    ["2001:db8::1/32", "2001:db8::/32", "hostBits"],
    ["::ffff:10.0.0.0/104", "10.0.0.0/8", "mapped"],
    ["::ffff:10.1.0.0/104", "10.0.0.0/8", "hostBits mapped"],
    ["::ffff:0:0/96", "0.0.0.0/0", "mapped"],
    ["::/0", "::/0", ""],
  ])("%s is %s, %s", (text, prefix, oddities) => {
    const written = readPrefix(text)!;
    expect(formatPrefix(written.prefix)).toBe(prefix);
    expect((["hostBits", "leadingZeros", "mapped"] as const).filter((oddity) => written[oddity]).join(" ")).toBe(
      oddities,
    );
  });

  test.each([
    "10.0.0.0",
    "10.0.0.0/",
    "/8",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/+8",
    "10.0.0.0/8/8",
    "10.0.0.0/ 8",
    "10.0.0/8",
    "::/129",
    "fe80::%1/64",
    "10.0.0.0/1e1",
    "1.2.3.4/99999999999999999999",
  ])("%j is none", (text) => {
    expect(readPrefix(text)).toBeUndefined();
  });

  test.each([
    ["10.0.0.0/8", "10.0.0.0/8", true],
    ["10.0.0.0/8", "10.255.0.0/16", true],
    ["10.0.0.0/8", "11.0.0.0/16", false],
    ["10.0.0.0/16", "10.0.0.0/8", false],
    ["10.0.0.128/25", "10.0.0.255/32", true],
    ["10.0.0.128/25", "10.0.0.127/32", false],
    ["0.0.0.0/0", "255.0.0.0/8", true],
    ["0.0.0.0/0", "::/0", false],
    ["::/0", "0.0.0.0/0", false],
    ["2001:db8::/33", "2001:db8:8000::/34", false],
    ["2001:db8::/32", "2001:db8:8000::/34", true],
  ])("%s contains %s: %s", (outer, inner, contains) => {
    expect(containsPrefix(parsePrefix(outer)!, parsePrefix(inner)!)).toBe(contains);
  });

  test("containing agrees with comparing bit strings", () => {
    const bits = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
    const near = fc.tuple(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.nat(32), fc.nat(31), fc.boolean());
    fc.assert(
      fc.property(near, ([bytes, length, flip, flips]) => {
        const prefix = parsePrefix(`${formatAddress(bytes)}/${length}`)!;
        const other = bytes.slice();
        if (flips) other[flip >> 3]! ^= 0x80 >> (flip & 7);
        expect(containsAddress(prefix, other)).toBe(bits(other).startsWith(bits(bytes).slice(0, length)));
      }),
    );
  });
});
