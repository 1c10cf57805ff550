/** Which messages of a thread are a call's. */
import { describe, expect, test } from '@jest/globals';
import { threadTranscript } from '../../src/altur/thread-transcript.ts';

const START = Date.UTC(2026, 10, 24, 16);
const SPAN = { from: START, to: START + 60_000 };

/** A message, `seconds` after the call began. */
const said = (seconds: number, content: string, sent_by = 'AI', rest: object = {}) => ({
  thread_id: 'thr_1',
  type: 'text',
  content,
  sent_by,
  sent_at: new Date(START + seconds * 1_000).toISOString(),
  ...rest,
});
const textsOf = (messages: unknown, span: typeof SPAN | undefined = SPAN) =>
  threadTranscript(messages, 'cll_1', span)?.map(({ content }) => content);

const HELLO = said(1, 'Hola');
const ANSWER = said(20, 'Sí', 'EU');
const BYE = said(59, 'Adiós');

test('messages become turns as the webhook has them; those of the system are left out', () => {
  expect(threadTranscript([HELLO, said(2, 'call answered', 'SYS'), ANSWER], 'cll_1', SPAN)).toEqual([
    { sent_by: 'assistant', sent_at: '2026-11-24T16:00:01.000Z', content: 'Hola' },
    { sent_by: 'user', sent_at: '2026-11-24T16:00:20.000Z', content: 'Sí' },
  ]);
});

test.each([
  { form: 'a list', json: [HELLO, ANSWER] },
  { form: 'messages', json: { messages: [HELLO, ANSWER] } },
  { form: 'data and pages', json: { data: [HELLO, ANSWER], pagination: { has_next: false } } },
  { form: 'other names', json: [{ role: 'assistant', text: 'Hola', created_at: HELLO.sent_at }, ANSWER] },
  { form: 'times without a zone', json: [{ ...HELLO, sent_at: '2026-11-24 16:00:01' }, ANSWER] },
])('whatever form the answer has: $form', ({ json }) => {
  expect(textsOf(json)).toEqual(['Hola', 'Sí']);
});

test('messages are given in the order in which they were sent', () => {
  expect(textsOf([BYE, HELLO, ANSWER])).toEqual(['Hola', 'Sí', 'Adiós']);
});

test('a role that is not documented stays as it is', () => {
  expect(threadTranscript([said(1, 'Le comunico', 'Supervisor')], 'cll_1', SPAN)).toMatchObject([
    { sent_by: 'supervisor' },
  ]);
});

test('a first sentence that is stamped before the call began is a part of it', () => {
  expect(textsOf([said(-10, 'Buenas'), HELLO])).toEqual(['Buenas', 'Hola']);
});

describe('a thread of several calls', () => {
  const earlier = [said(-3_600, 'ayer'), said(-3_580, 'quedamos')];
  const later = [said(600, 'otra vez'), said(620, 'otra')];

  test('has the messages of the call between those of the others', () => {
    expect(textsOf([...earlier, HELLO, ANSWER, BYE, ...later])).toEqual(['Hola', 'Sí', 'Adiós']);
  });

  test('is told apart from one that ended shortly before', () => {
    expect(textsOf([said(-40, 'otra'), said(-15, 'llamada'), HELLO, ANSWER])).toEqual(['Hola', 'Sí']);
  });

  test.each([
    {
      when: 'the one before went on until it began',
      messages: [said(-20, 'otra'), said(-5, 'llamada'), HELLO, ANSWER],
    },
    {
      when: 'the next one began as it ended',
      messages: [HELLO, ANSWER, said(65, 'otra'), said(80, 'llamada')],
    },
  ])('has no transcript of it when $when', ({ messages }) => {
    expect(textsOf(messages)).toBeUndefined();
  });

  test('is told apart by the call that messages name', () => {
    const named = [
      said(-5, 'otra', 'AI', { call_id: 'cll_0' }),
      said(-3, 'Hola', 'AI', { call: { id: 'cll_1' } }),
    ];
    expect(textsOf(named, undefined)).toEqual(['Hola']);
    expect(textsOf([said(5, 'otra', 'AI', { call_id: 'cll_0' })])).toBeUndefined();
  });
});

test.each([
  { what: 'an empty thread', json: [] },
  { what: 'messages of another time only', json: [said(-7_200, 'ayer')] },
  { what: 'messages of before and after only', json: [said(-7_200, 'ayer'), said(7_200, 'luego')] },
  { what: 'a message without a time', json: [HELLO, { ...ANSWER, sent_at: undefined }] },
  { what: 'the first page of a thread', json: { data: [HELLO], pagination: { has_next: true } } },
  { what: 'messages without text', json: [said(1, '', 'EU', { type: 'audio', media: 'https://x.mx/a' })] },
  { what: 'only messages of the system', json: [said(1, 'call answered', 'SYS')] },
  { what: 'no list', json: { error: 1 } },
  { what: 'no JSON object', json: 'Sofía' },
])('$what is no transcript', ({ json }) => {
  expect(textsOf(json)).toBeUndefined();
});

test('without the times of the call there is no transcript', () => {
  expect(threadTranscript([HELLO, ANSWER], 'cll_1', undefined)).toBeUndefined();
});
