/** Which media type a request would rather have, by RFC 9110's `Accept`. */

/** What is not spoken of comes before what is refused by `q=0`, and after everything that is asked for. */
const UNMENTIONED = 0.0001;

/** The type with the highest weight; the first of those that have the same. */
export function preferred<Type extends string>(accept: string, types: readonly [Type, ...Type[]]): Type {
  const ranges = accept.toLowerCase().split(",").map(readRange);
  const weight = (type: Type): number => {
    const [group = ""] = type.split("/");
    // The most specific range that the type is in decides.
    const found = [type, `${group}/*`, "*/*"].flatMap((name) => ranges.filter(({ range }) => range === name))[0];
    return found?.q ?? UNMENTIONED;
  };
  return types.reduce((best, type) => (weight(type) > weight(best) ? type : best));
}

function readRange(text: string): { readonly range: string; readonly q: number } {
  const [range = "", ...parameters] = text.split(";").map((part) => part.trim());
  const q = Number(parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? 1);
  return { range, q: q >= 0 && q <= 1 ? q : 1 };
}
