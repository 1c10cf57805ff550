import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createLog, type LogOptions } from '../src/log.ts';

let lines: string[];

beforeEach(() => {
  lines = [];
  const keep = (text: unknown) => {
    lines.push(String(text).trimEnd());
    return true;
  };
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation(keep as typeof stream.write);
  }
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

const open = (options: Partial<LogOptions> = {}) => createLog({ level: 'info', format: 'json', ...options });

/** The fields of the one line that was written, without level, message and timestamp. */
function logged(fields: object): unknown {
  open().info('message', fields);
  const { level: _, message: __, timestamp: ___, ...rest } = JSON.parse(lines.at(-1)!);
  return rest;
}

describe('redaction', () => {
  test.each([
    'token',
    'accessToken',
    'client_secret',
    'password',
    'Authorization',
    'privateKey',
    'x-altur-signature',
  ])('the value of %s is a secret', (name) => {
    expect(logged({ [name]: 'pat-na1-123' })).toEqual({ [name]: '[secret]' });
  });

  test.each(['transcript', 'body', 'phone', 'phoneNumber', 'phone_number_to', 'context', 'extracted_data'])(
    'the value of %s is personal',
    (name) => {
      expect(logged({ [name]: { any: 'Sofía' } })).toEqual({ [name]: '[personal]' });
    },
  );

  test.each(['message', 'reason', 'note', 'detail', 'error', 'stack'])(
    'a phone number in the free text of %s keeps its last four digits',
    (name) => {
      const nested = { of: { [name]: 'no record for +525512345678, nor 5512345678' } };
      expect(logged(nested)).toEqual({ of: { [name]: 'no record for …5678, nor …5678' } });
    },
  );

  test('the digits of ids stay complete', () => {
    const ids = { callId: '525512345678', records: { person: '5512345678901', call: '44012345678' } };
    expect(logged(ids)).toEqual(ids);
  });

  test('arrays and nested objects are redacted too', () => {
    expect(logged({ all: [{ token: 'x', id: 1 }, [{ phone: '+525512345678' }]] })).toEqual({
      all: [{ token: '[secret]', id: 1 }, [{ phone: '[personal]' }]],
    });
  });

  test('an error is one line with its code and its causes, without its other fields', () => {
    const cause = Object.assign(new TypeError('no contact +525512345678'), { response: 'Sofía Peña' });
    const error = Object.assign(new Error('not written', { cause }), { code: 'ECONNRESET', body: 'Sofía' });
    expect(logged({ error })).toEqual({
      error: 'Error: not written (ECONNRESET) ← TypeError: no contact …5678',
    });
  });

  test('a long error message is shortened', () => {
    const { error } = logged({ error: new Error('x'.repeat(2_000)) }) as { error: string };
    expect(error.length).toBeLessThan(600);
  });
});

describe('repeated errors', () => {
  test('are logged once, then with their count', () => {
    jest.useFakeTimers();
    const log = open();
    const refused = () => log.error('Redis is not reachable', { error: new Error('ECONNREFUSED') });
    for (let index = 0; index < 5; index++) refused();
    expect(lines).toHaveLength(1);
    jest.setSystemTime(Date.now() + 11_000);
    refused();
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[1]!)).toMatchObject({ message: 'Redis is not reachable', repeated: 4 });
  });

  test('of different calls, or with different texts, are all logged', () => {
    const log = open();
    for (const callId of ['cll_1', 'cll_2']) log.error('call is a dead letter', { callId });
    for (const text of ['one', 'two']) log.error('batch failed', { error: new Error(text) });
    expect(lines).toHaveLength(4);
  });
});

describe('repeated warnings', () => {
  test('that differ in a duration only are one line, then their count', () => {
    jest.useFakeTimers();
    const log = open();
    const paused = (pauseMs: number) => log.warn('queue paused', { code: 'TOKEN_INVALID', pauseMs });
    for (let index = 0; index < 5; index++) paused(index);
    expect(lines).toHaveLength(1);
    jest.setSystemTime(Date.now() + 11_000);
    paused(9);
    expect(JSON.parse(lines[1]!)).toMatchObject({ message: 'queue paused', pauseMs: 9, repeated: 4 });
  });

  test('about other calls, or with another count, are lines of their own', () => {
    const log = open();
    for (const callIds of [['cll_1'], ['cll_2']]) log.warn('calls will be retried', { callIds });
    for (const count of [1, 10, 100]) log.warn('webhook rejected', { count });
    expect(lines).toHaveLength(5);
  });
});

describe('format', () => {
  test.each(['json', 'pretty'] as const)('%s prints nothing that is undefined', (format) => {
    open({ format }).info('call synced', { callId: 'cll_1', note: undefined, of: { url: undefined } });
    expect(lines[0]).toContain('cll_1');
    expect(lines[0]).not.toMatch(/undefined|note|url/);
  });

  test('json has level, message, time and fields', () => {
    open().info('call synced', { callId: 'cll_1', ms: 7 });
    const entry = JSON.parse(lines[0]!);
    expect(entry).toMatchObject({ level: 'info', message: 'call synced', callId: 'cll_1', ms: 7 });
    expect(Date.parse(entry.timestamp)).not.toBeNaN();
  });

  test('pretty is one line that a person reads', () => {
    open({ format: 'pretty' }).warn('queue paused', { kind: 'unavailable', calls: 3, ids: ['a'] });
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} WARN {2}queue paused kind=unavailable calls=3 ids=\["a"\]$/,
    );
  });

  test.each(['json', 'pretty'] as const)(
    'in %s, foreign text forges no line and moves no cursor',
    (format) => {
      open({ format }).info('event accepted', {
        callId: 'a\r\n10:00:00.000 INFO  forged\x1b[2J\u202e\u2028',
      });
      expect(lines).toHaveLength(1);
      expect(lines[0]).not.toMatch(/\p{Cc}/u);
      expect(lines[0]).not.toContain('\u2028');
      if (format === 'pretty') expect(lines[0]).not.toContain('\u202e');
      expect(lines[0]).toContain('forged');
    },
  );

  test('what is below the level is not written', () => {
    const log = open({ level: 'warn' });
    log.debug('no');
    log.info('no');
    log.warn('yes');
    expect(lines).toHaveLength(1);
  });
});
