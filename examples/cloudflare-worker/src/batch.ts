/** `POST /batch`: flows as NDJSON in, a line for each out, while they come; all from one snapshot. */
import { about, type Cluster, decide } from "./cluster.ts";
import { checkFlow, parseJson } from "./flow.ts";
import { tooLarge } from "./limits.ts";
import { type Line, LineSplitter } from "./ndjson.ts";
import { toProblem } from "./problem.ts";
import { snapshotHeaders } from "./snapshot-info.ts";

/** The media types of NDJSON; none of them is registered. */
export const NDJSON_TYPES: readonly string[] = ["application/x-ndjson", "application/ndjson", "application/jsonl"];

/** From how many characters on answers are sent, though more of their chunk's lines are to come: some have thousands of members. */
const PIECE = 65_536;

/** Answers each line of `body`; the answer goes no further ahead than its reader asks for. */
export function answerBatch(
  cluster: Cluster,
  body: AsyncGenerator<Uint8Array, void, undefined>,
  longest: number,
): Response {
  const answers = answerLines(cluster, body, longest);
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await answers.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await answers.return();
    },
  });
  return new Response(stream, {
    headers: { "Content-Type": "application/x-ndjson", ...snapshotHeaders(cluster.info) },
  });
}

/** Answers to the lines of each chunk; the very last line says that the batch was answered in full. */
async function* answerLines(
  cluster: Cluster,
  body: AsyncGenerator<Uint8Array, void, undefined>,
  longest: number,
): AsyncGenerator<string, void, undefined> {
  const counts = { answers: 0, errors: 0 };
  const from = about(cluster);
  const answer = (line: Line): string => {
    if (line.bytes !== undefined && isBlank(line.bytes)) return "";
    try {
      if (line.bytes === undefined) throw tooLarge(longest);
      const text = write({ line: line.number, decision: decide(cluster, checkFlow(parseJson(line.bytes))), ...from });
      counts.answers++;
      return text;
    } catch (error) {
      counts.errors++;
      return write({ line: line.number, error: toProblem(error).details, ...from });
    }
  };
  const splitter = new LineSplitter(longest);
  let text = "";
  try {
    for await (const chunk of body) {
      for (const line of splitter.push(chunk)) {
        text += answer(line);
        if (text.length < PIECE) continue;
        yield text;
        text = "";
      }
      // Also when it is short: nobody should wait for an answer that is there.
      if (text !== "") yield text;
      text = "";
    }
    for (const line of splitter.end()) text += answer(line);
    yield text + write({ end: counts, ...from });
  } catch (error) {
    // The status was sent long ago. Without a line `end`, nobody can take what there is for all.
    yield write({ error: toProblem(error).details, ...from });
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

function write(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
