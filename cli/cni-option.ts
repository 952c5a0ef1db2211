/** How the command line writes a CNI plugin: `auto`, a name, or a name with version and settings. */
import type { CniChoice, CniName } from "../bindings/inline.ts";

export const CNI_FORMS = "auto, cilium, cilium@1.15.3, cilium,enable-policy=never";

/** Whether the name is one is for the loading to say. */
export function parseCni(text: string): "auto" | CniChoice {
  if (text === "auto") return text;
  const [plugin = "", ...pairs] = text.split(",");
  const [name = "", version] = plugin.split("@");
  const settings = pairs.map((pair): [string, string] => {
    const equals = pair.indexOf("=");
    return equals < 0 ? [pair, "true"] : [pair.slice(0, equals), pair.slice(equals + 1)];
  });
  return {
    name: name as CniName,
    ...(version !== undefined && { version }),
    ...(settings.length > 0 && { settings: Object.fromEntries(settings) }),
  };
}
