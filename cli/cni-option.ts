/** How the command line writes a CNI plugin: `auto`, a name, or a name with version and settings. */
import type { CniChoice, CniName } from "../bindings/inline.ts";
import { failure } from "./issues.ts";

export const CNI_FORMS = "auto, cilium, cilium@1.15.3, cilium,enable-policy=never";

/** Whether the name is one is for the loading to say. */
export function parseCni(text: string): "auto" | CniChoice {
  if (text === "auto") return text;
  const [plugin = "", ...pairs] = text.split(",");
  const at = plugin.indexOf("@");
  const name = at < 0 ? plugin : plugin.slice(0, at);
  const version = at < 0 ? undefined : plugin.slice(at + 1);
  const settings = pairs.map((pair): [string, string] => {
    const equals = pair.indexOf("=");
    return equals < 0 ? [pair, "true"] : [pair.slice(0, equals), pair.slice(equals + 1)];
  });
  const names = settings.map(([key]) => key);
  const twice = names.find((key, i) => names.indexOf(key) < i);
  if (twice !== undefined) throw failure("invalid-option", `\`${twice}\` is given twice`, ["cni", "settings", twice]);
  return {
    name: name as CniName,
    ...(version !== undefined && { version }),
    ...(settings.length > 0 && { settings: Object.fromEntries(settings) }),
  };
}
