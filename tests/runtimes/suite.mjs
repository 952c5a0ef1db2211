/**
 * The vectors, put to the package in whatever runtime this runs in: every way to ask, and a hash over all answers. It knows
 * nothing of a runtime, and reads no file.
 */

/** FNV-1a over UTF-16 units, twice with different seeds, as 16 hexadecimal digits. */
function newHash() {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  return {
    add(text) {
      for (let i = 0; i < text.length; i++) {
        a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
        b = Math.imul(b ^ text.charCodeAt(i), 0x85ebca6b);
      }
    },
    get digits() {
      return [a, b].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
    },
  };
}

/** An answer as text: verdict, sides and caveats, or the code of the error. */
function answerOf(ask) {
  try {
    const { verdict, egress, ingress, caveats, members = [] } = ask();
    const sides = [egress, ingress].map((side) => `${side.verdict} ${side.reason}`);
    return [verdict, ...sides, ...caveats.map(({ code }) => code), members.length].join(" ");
  } catch (error) {
    if (error?.name !== "NetverdictError") throw error;
    return error.code;
  }
}

/** Every ordered pair of the pods that an IPv4 flow can be between, on a few ports, as columns. */
function columnsOf(api, state, pods) {
  const pairs = [];
  for (const from of pods) {
    for (const to of pods) {
      try {
        api.evaluate(state, { from, to, port: 80, family: 4 });
        pairs.push([from, to]);
      } catch (error) {
        if (error?.name !== "NetverdictError") throw error;
      }
    }
  }
  const flows = pairs.flatMap((pair) => [80, 443, 5432].map((port) => [...pair, port]));
  return {
    from: Uint32Array.from(flows, ([from]) => from),
    to: Uint32Array.from(flows, ([, to]) => to),
    port: Uint16Array.from(flows, ([, , port]) => port),
    protocol: Uint8Array.from(flows, () => 6),
  };
}

/** Gives how many answers there were, the hash of them all, and the states that were asked, for what comes after. */
export function runVectors(api, vectors) {
  const hash = newHash();
  let answers = 0;
  const add = (text) => {
    hash.add(text);
    answers++;
  };
  for (const { objects, options, flows, pods, update } of vectors) {
    const state = api.loadState(objects, options);
    const copy = api.loadSnapshot(api.snapshot(state));
    for (const flow of flows) {
      const answer = answerOf(() => api.evaluate(state, flow));
      add(answer);
      add(answerOf(() => api.evaluate(copy, flow)));
      if (!answer.includes("-") && api.allows(state, flow) !== answer.startsWith("allow ")) add("allows differs");
    }
    const indices = pods.map((pod) => state.podIndex(...pod.split("/")));
    for (const code of api.evaluateBatch(state, columnsOf(api, state, indices))) add(String(code));
    add(JSON.stringify(api.matrix(state, { protocol: "TCP", port: 80 }).counts));
    for (const flow of flows.slice(0, 5)) {
      add(answerOf(() => api.explain(state, flow, { changes: false })));
    }
    api.updateState(state, update);
    for (const flow of flows) add(answerOf(() => api.evaluate(state, flow)));
  }
  return { answers, hash: hash.digits };
}

/** What a worker does with a state that was shared with it: the batch's codes as text. */
export function runShared(api, { handle, columns }) {
  return api.evaluateBatch(api.attachState(handle), columns).join("");
}

/** Something to share, and what must come of it. */
export function makeShared(api, { objects, options, pods }) {
  const state = api.loadState(objects, options);
  const columns = columnsOf(
    api,
    state,
    pods.map((pod) => state.podIndex(...pod.split("/"))),
  );
  return { handle: api.shareState(state), columns, expected: api.evaluateBatch(state, columns).join("") };
}
