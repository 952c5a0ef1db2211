/** `npm run screenshot`: takes the picture of examples/browser that its page shows. The package must be built. */
import { join } from "node:path";
import { askShownFlow, DESKTOP, launch, serve } from "./chromium.ts";
import { EXAMPLES } from "./example.ts";

const served = await serve(EXAMPLES);
const browser = await launch();
try {
  const page = await browser.newPage({ viewport: DESKTOP, colorScheme: "light" });
  await page.goto(served.url);
  await askShownFlow(page);
  await page.screenshot({ path: join(EXAMPLES, "browser", "screenshot.png"), animations: "disabled" });
} finally {
  await browser.close();
  served.stop();
}
