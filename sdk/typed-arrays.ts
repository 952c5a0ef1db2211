/** Binary data, known by its tag and not by `instanceof`: that of another realm (a test runner's, a frame's) is as good. */

/** Node's Buffers are among them. */
export function isUint8Array(value: unknown): value is Uint8Array {
  return isTyped(value, "Uint8Array");
}

export function isUint16Array(value: unknown): value is Uint16Array {
  return isTyped(value, "Uint16Array");
}

export function isUint32Array(value: unknown): value is Uint32Array {
  return isTyped(value, "Uint32Array");
}

export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return Object.prototype.toString.call(value) === "[object ArrayBuffer]" && !ArrayBuffer.isView(value);
}

function isTyped(value: unknown, name: string): boolean {
  return (
    ArrayBuffer.isView(value) && (value as { readonly [Symbol.toStringTag]?: string })[Symbol.toStringTag] === name
  );
}
