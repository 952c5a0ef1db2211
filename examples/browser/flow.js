/** From what was typed to a flow of the library. */

const FORMS = ["pod", "ip", "workload", "service", "node"];

/** Reads the fields `from`, `to`, `port` and `protocol`; whether the flow makes sense is for the engine to say. */
export function readFlow({ from, to, port, protocol }) {
  const written = port.value.trim();
  return {
    from: readEnd(from.value),
    to: readEnd(to.value),
    protocol: protocol.value,
    ...(written !== "" && { port: /^\d+$/.test(written) ? Number(written) : written }),
  };
}

/** `shop/web` and addresses stay text, `service:shop/web` becomes `{ service: "shop/web" }`. */
function readEnd(typed) {
  const text = typed.trim();
  const colon = text.indexOf(":");
  const form = text.slice(0, Math.max(0, colon));
  return FORMS.includes(form) ? { [form]: text.slice(colon + 1) } : text;
}
