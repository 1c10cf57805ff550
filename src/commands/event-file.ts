/** Events given to commands as files. */
import { readFile } from 'node:fs/promises';
import { type CallEvent, parseEvent } from '../altur/event.ts';
import { UsageError } from './usage.ts';

export async function readEventFile(path: string): Promise<CallEvent> {
  const parsed = parseEvent(parse(await readText(path), path));
  switch (parsed.kind) {
    case 'call':
      return parsed.event;
    case 'other':
      throw new UsageError(`${path} holds an event of type ${parsed.type}, not on_call_end`);
    case 'invalid':
      throw new UsageError(`${path} holds no call event: ${parsed.reason}`);
    default:
      return parsed satisfies never;
  }
}

export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${path} (${(error as NodeJS.ErrnoException).code})`);
  }
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is not JSON: ${(error as Error).message}`);
  }
}
