/** docs/cli.md and the recorded session are what the command says and prints now. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cliDocument } from "../../tools/cli-document.ts";
import { recordSession, sessionText } from "../../tools/session.ts";
import { sessionSvg, withSession } from "../../tools/session-document.ts";
import { SCHEMES } from "../../tools/terminal-svg.ts";
import { readDocument } from "./markdown.ts";

it("docs/cli.md is what the command says of itself: `npm run docs:cli` writes it", () => {
  expect(readDocument("docs/cli.md").text).toBe(cliDocument());
});

describe("the recorded session", () => {
  const svg = readFileSync(new URL("../../docs/session.svg", import.meta.url), "utf8");

  it("is what the commands print now: `npm run docs:session` records it", () => {
    expect(svg).toBe(sessionSvg());
    const { text } = readDocument("README.md");
    expect(text).toBe(withSession(text));
  });

  it("shows each of its words, and none that is not printed", () => {
    const shown = [...svg.matchAll(/<text [^>]*>(.*)<\/text>/g)].map(([, line = ""]) =>
      line
        .replace(/<[^>]*>/g, "")
        .replaceAll("&lt;", "<")
        .replaceAll("&gt;", ">")
        .replaceAll("&amp;", "&"),
    );
    const bare = (text: string): string => text.replace(/\s/g, "");
    expect(bare(shown.join(""))).toBe(bare(sessionText(recordSession(false))));
  });

  it("can be read on light and on dark: every colour stands out from its panel by 4.5 to 1, as WCAG asks", () => {
    for (const { panel, ...colors } of Object.values(SCHEMES)) {
      for (const [name, color] of Object.entries(colors))
        expect(contrast(color, panel), name).toBeGreaterThanOrEqual(4.5);
    }
  });
});

/** The contrast of two colours as #rrggbb. [WCAG 2.2, relative luminance] */
function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((one, other) => one - other);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
