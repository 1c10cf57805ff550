/** Events as short texts: exact for whatever an event holds, small for what events usually hold, readable for ever. */
import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pack, unpack } from '../../src/queue/event-codec.ts';
import { DICTIONARIES } from '../../src/queue/event-dictionary.ts';
import { textToBytes } from '../../src/queue/text-bytes.ts';
import { sample } from '../mapping/crm-schema.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('converted', '+525512345678', 'Sofía', '', '\ud800', '\u0000', '"}],{"', 'Buenas tardes'),
);
const data = fc.dictionary(text, fc.jsonValue(), { maxKeys: 4 });
const status = fc.constantFrom('converted', 'answered');
const shared = { status, context: text, extracted_data: data, tags: fc.array(text, { maxLength: 3 }) };
const options = { requiredKeys: [] };
/** The deprecated person says the same as the other, something else, more, or nothing. */
const persons = fc
  .tuple(
    fc.record({ f_id: text, name: text, contact: text, ...shared, segment: fc.jsonValue() }, options),
    fc.record({ id: fc.uuid(), display_name: text, phone_number: text, ...shared }, options),
    fc.boolean(),
  )
  .map(([campaign, end, isSame]) => ({
    campaign_user: campaign,
    end_user: isSame ? { ...end, ...campaign, display_name: campaign.name } : end,
  }));
const turn = fc.record({ sent_by: text, sent_at: text, content: text }, options);
const event = fc
  .tuple(
    fc.record({ id: text, duration: fc.nat(), transcript: fc.array(turn) }, options),
    persons,
    fc.jsonValue(),
  )
  .map(([root, both, other]) => ({ event_type: 'on_call_end', ...root, ...both, other }));

test('whatever an event holds comes back exactly, in its order', () => {
  fc.assert(
    fc.property(event, (each) => {
      const json = JSON.stringify(each);
      expect(unpack(pack(json))).toBe(json);
    }),
  );
});

test('a long event comes back exactly', () => {
  const transcript = Array.from({ length: 3_000 }, (_, index) => ({ content: `Frase ${index * 7919} ñ` }));
  const json = JSON.stringify({ ...sample, transcript });
  expect(unpack(pack(json))).toBe(json);
});

test('the deprecated person costs little more than its id', () => {
  const { end_user: _, ...without } = sample;
  const lengthOf = (each: object) => pack(JSON.stringify(each)).length;
  expect(lengthOf(sample) - lengthOf(without)).toBeLessThan(70);
  expect(JSON.stringify(sample).length - JSON.stringify(without).length).toBeGreaterThan(250);
});

test('an event of a short call takes a third of its JSON', () => {
  const json = JSON.stringify(sample);
  expect(pack(json).length / json.length).toBeLessThan(1 / 3);
});

/** Of every dictionary that a release has written with: one that is changed makes stored events unreadable. */
const DIGESTS = { 1: '4b725cf02d25a149fc94caafd816a48fc7fafd5949d5ce3e345a7d919a0d8a3b' };
/** A text of each release's. */
const PACKED =
  '1.=dHok12gt([k>+eVUV}n+&ABHqsNKLxPFR[6!I[jp<RR[E2tTu(29iJCd6!t.jgRBo.eiHLbDv(inG7sqHHW:loegz?(ZtbGg2-<Vr.)!07Za7fI6(=><rT^YvffNNS9R+NS7v/p7?DI19J&^A7[FIOx?(yOoWU3(*D(&9bXau0</1l+y=cU4>U/8exzHTb$aBeDo&lwFn%pT3ygwQxz=0!7ho46t+Estz81BKlzC6yKB><gdj.y2Ou1CkCB8T)frOh-.}hDbj!JJU.nU%V9JtGLOwJ.{Fhj(9=SNAuuImqY>!7zHpsD&3M:Q0TFNK9eI$}^r00';

test('no dictionary has changed', () => {
  const digests = [...DICTIONARIES].map(([version, words]) => [
    version,
    createHash('sha256').update(words).digest('hex'),
  ]);
  expect(Object.fromEntries(digests)).toEqual(DIGESTS);
});

test('what the first release packed is read', () => {
  expect(JSON.parse(unpack(PACKED))).toEqual(sample);
});

test('what needs a later dictionary, is cut off or is no packed event is refused', () => {
  const packed = pack(JSON.stringify(sample));
  expect(() => unpack(packed.replace('1.', '2.'))).toThrow('needs dictionary "2"');
  expect(() => unpack(packed.slice(0, 100))).toThrow();
  expect(() => unpack(packed.slice(2))).toThrow('needs dictionary');
  expect(() => textToBytes(`${packed.slice(2)}"`)).toThrow();
});
