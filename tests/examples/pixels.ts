/** What is on a picture, as far as a test can say. */
import type { Page } from "playwright-core";

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Distinct colours. */
  readonly colors: number;
  /** The share of the commonest colour: 1 on a blank picture. */
  readonly commonest: number;
}

/** Decodes a PNG in the browser; `page` must be one whose policy permits it, such as a blank one. */
export async function pixelsOf(page: Page, png: Buffer): Promise<Pixels> {
  return (await page.evaluate(`(async () => {
    const image = new Image();
    image.src = "data:image/png;base64,${png.toString("base64")}";
    await image.decode();
    const { width, height } = image;
    const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const counts = new Map();
    for (let at = 0; at < data.length; at += 4) {
      const color = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
      counts.set(color, (counts.get(color) ?? 0) + 1);
    }
    return { width, height, colors: counts.size, commonest: Math.max(...counts.values()) / (width * height) };
  })()`)) as Pixels;
}

/**
 * The contrast of an element's text with what is behind it, by WCAG 2.2 (1 to 21); 4.5 is what level AA asks of text.
 * Backgrounds must be opaque, as they are on the page.
 */
export async function contrastOf(page: Page, selector: string): Promise<number> {
  return (await page.evaluate(`(() => {
    const channels = (color) => color.match(/[\\d.]+/g).map(Number);
    const luminance = (color) => {
      const [r, g, b] = channels(color).slice(0, 3).map((value) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const found = document.querySelector(${JSON.stringify(selector)});
    let behind = found;
    const background = () => getComputedStyle(behind).backgroundColor;
    while (behind.parentElement !== null && channels(background())[3] === 0) behind = behind.parentElement;
    const pair = [luminance(getComputedStyle(found).color), luminance(background())].sort((a, b) => b - a);
    return (pair[0] + 0.05) / (pair[1] + 0.05);
  })()`)) as number;
}
