/** Lets other work have its turn: timers, and with them whoever wants to abort. */
export function pause(): Promise<void> {
  // The one timer of the SDK. Every runtime has it; nothing else in the language gives way to other tasks.
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
