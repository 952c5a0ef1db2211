/** Rooms in the core's memory that kernels work in: memory that is taken is never given back, so rooms are used again. */
import type { Engine } from "./engine.ts";
import { LINE, roundUp } from "./round-up.ts";

export interface Room {
  readonly address: number;
  readonly bytes: number;
}

const roomsOf = new WeakMap<Engine, Room[]>();

/** A room of at least so many bytes, on a line of 64; what is in it is not known. Give it back with `returnRoom`. */
export function takeRoom(engine: Engine, bytes: number): Room {
  const free = freeRooms(engine);
  let best = -1;
  free.forEach((room, i) => {
    if (room.bytes >= bytes && room.bytes < (free[best]?.bytes ?? Number.POSITIVE_INFINITY)) best = i;
  });
  const [found] = best < 0 ? [] : free.splice(best, 1);
  if (found !== undefined) return found;
  const size = roundUp(bytes, LINE);
  return { address: roundUp(engine.allocate(size + LINE), LINE), bytes: size };
}

export function returnRoom(engine: Engine, room: Room): void {
  freeRooms(engine).push(room);
}

/** Runs with rooms of these sizes, and gives them back whatever happens. */
export function withRooms<T>(engine: Engine, sizes: readonly number[], run: (addresses: readonly number[]) => T): T {
  const rooms: Room[] = [];
  try {
    for (const bytes of sizes) rooms.push(takeRoom(engine, bytes));
    return run(rooms.map(({ address }) => address));
  } finally {
    for (const room of rooms) returnRoom(engine, room);
  }
}

function freeRooms(engine: Engine): Room[] {
  let free = roomsOf.get(engine);
  if (free === undefined) {
    free = [];
    roomsOf.set(engine, free);
  }
  return free;
}
