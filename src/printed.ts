/** Readers of what a command prints: `less`, `head`, a log collector. */
import { stderr, stdout } from 'node:process';
import { setImmediate } from 'node:timers/promises';

/** A reader that has seen enough, as in `failed list | head`, is no error. Not of a service: it must not go on without a log. */
export function allowReadersToLeave(): void {
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
}

/**
 * Resolves when all that was printed has been read, or its reader is gone. A pipe holds 64 KiB; what is beyond that,
 * `process.exit` loses, and half of a list looks like a whole one.
 */
export async function printed(): Promise<void> {
  // The log keeps the lines of a turn until its end.
  await setImmediate();
  await Promise.all([taken(stdout), taken(stderr)]);
}

function taken(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.once('error', () => resolve());
    stream.write('', () => resolve());
  });
}
