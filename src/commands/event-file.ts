/** Event files, as commands take them. */
import { readFile } from 'node:fs/promises';
import { type CallEvent, parseEvent } from '../altur/event.ts';
import { findJsonMistake } from '../preview/json-mistake.ts';
import { JSON_MISTAKE_TEXTS } from '../preview/json-mistake-texts.ts';
import { CommandError } from './command-line.ts';

export async function readEventFile(path: string): Promise<CallEvent> {
  const parsed = parseEvent(await readJson(path));
  switch (parsed.kind) {
    case 'call':
      return parsed.event;
    case 'other':
      throw new CommandError(`${path} holds an event of type ${parsed.type}, not on_call_end`, {
        code: 'EVENT_FILE_INVALID',
      });
    case 'invalid':
      throw new CommandError(`${path} holds no call event: ${parsed.reason}`, { code: 'EVENT_FILE_INVALID' });
    default:
      return parsed satisfies never;
  }
}

/** Whatever JSON it holds. */
export async function readJson(path: string): Promise<unknown> {
  return parse(await readText(path), path);
}

export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CommandError(`cannot read ${path} (${(error as NodeJS.ErrnoException).code})`, {
      code: 'EVENT_FILE_UNREADABLE',
      cause: error,
    });
  }
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8's message quotes the file, which holds personal data.
    const mistake = findJsonMistake(text);
    if (!mistake) throw error;
    const { line, column, kind } = mistake;
    throw new CommandError(
      `${path} is not JSON: line ${line}, column ${column}: ${JSON_MISTAKE_TEXTS[kind]}; it must hold an event as Altur sends it`,
      { code: 'EVENT_FILE_INVALID' },
    );
  }
}
