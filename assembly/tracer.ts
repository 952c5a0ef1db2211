/** Words that go to the host's room: those past its end are counted, not written. Two words lead them: how many there are, and how many fit. */
@unmanaged
export class Tracer {
  /** Words so far. */
  length: u32;
  /** Words that there is room for. */
  room: u32;
}

export const TRACER_BYTES: usize = offsetof<Tracer>();

/** A tracer in `bytes` bytes at `out`. */
export function newTracer(out: usize, bytes: u32): Tracer {
  const tracer = changetype<Tracer>(out);
  tracer.length = 0;
  tracer.room = (bytes - <u32>TRACER_BYTES) >> 2;
  return tracer;
}

/** Appends a word, and gives its place. */
export function tell(tracer: Tracer, value: u32): u32 {
  const place = tracer.length++;
  amend(tracer, place, value);
  return place;
}

/** Appends `count` words of 0, and gives the place of the first. */
export function tellMany(tracer: Tracer, count: u32): u32 {
  const place = tracer.length;
  for (; count > 0; --count) tell(tracer, 0);
  return place;
}

/** Puts a word in the place of one that was told. */
export function amend(tracer: Tracer, place: u32, value: u32): void {
  if (place < tracer.room) store<u32>(changetype<usize>(tracer) + TRACER_BYTES + ((<usize>place) << 2), value);
}
