/** Shapes of parsed JSON: predicates, put together as the types are. */

export type Shape = (value: unknown) => boolean;

export const text: Shape = (value) => typeof value === "string";
export const flag: Shape = (value) => typeof value === "boolean";
/** An index or a number of things. */
export const count: Shape = (value) =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 31;
/** A count, or a number below zero as external endpoints have. */
export const integer: Shape = (value) =>
  typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 2 ** 31;

export const oneOf =
  (...values: readonly unknown[]): Shape =>
  (value) =>
    values.includes(value);

export const either =
  (...shapes: readonly Shape[]): Shape =>
  (value) =>
    shapes.some((shape) => shape(value));

export const optional =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined || shape(value);

export const listOf =
  (shape: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.every(shape);

/** An object with any keys, each value of one shape. */
export const mapOf =
  (shape: Shape): Shape =>
  (value) =>
    isObject(value) && Object.values(value).every(shape);

/** An object with at least these keys. */
export const objectOf = (shapes: Readonly<Record<string, Shape>>): Shape => {
  const fields = Object.entries(shapes);
  return (value) =>
    isObject(value) && fields.every(([key, shape]) => shape(Object.hasOwn(value, key) ? value[key] : undefined));
};

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
