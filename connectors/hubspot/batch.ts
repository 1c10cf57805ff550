/**
 * Writes records in batches of a hundred such that every input is accounted for: written, written without the
 * fields HubSpot refuses, refused by itself, or unknown. A trace id on every input keeps one bad record from
 * spoiling its batch; where HubSpot refuses the whole batch all the same, it is halved until the culprit is alone.
 */
import { CrmError } from '../connector.ts';
import { readAnswer, saysNothing, type Written } from './answer.ts';
import type { Api, ObjectType } from './api.ts';
import { isPassing, isPathUnknown, type Refusal, readRefusal } from './errors.ts';
import type { Transport } from './transport.ts';

/** https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/batch: 100 inputs a request. */
export const MAX_INPUTS = 100;
/** No limit on a body's size is documented; a hundred long transcripts stay a request of a size others send. */
const MAX_BYTES = 3_000_000;
/** How often an input is sent: HubSpot may name one refused field at a time. */
const MAX_ROUNDS = 10;

export interface WriteInput {
  /** Unique in the batch: the value of `idProperty`, or the record id. */
  readonly id: string;
  readonly properties: Readonly<Record<string, string>>;
}

export type WriteResult =
  | (Written & { readonly status: 'written'; readonly skippedFields: readonly Dropped[] })
  | { readonly status: 'refused'; readonly refusal: Refusal }
  /** HubSpot said nothing of it, or could not for the moment. */
  | { readonly status: 'unknown' };

/** The record is not there any more. */
export function isMissing(result: WriteResult | undefined): boolean {
  return result?.status === 'refused' && result.refusal.code === 'OBJECT_NOT_FOUND';
}

export interface Dropped {
  readonly property: string;
  readonly code: string;
}

export interface BatchWrite {
  readonly type: ObjectType;
  readonly operation: 'upsert' | 'update' | 'create';
  /** The unique property that identifies inputs; absent for updates by record id. */
  readonly idProperty?: string;
  /** Properties without which a record is not worth writing, or cannot be. */
  readonly indispensable: readonly string[];
  readonly inputs: readonly WriteInput[];
}

/** Answers a result for every input, by its id. Throws CrmError when HubSpot as a whole fails. */
export async function writeBatch(
  { transport, api }: { readonly transport: Transport; readonly api: Api },
  write: BatchWrite,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, WriteResult>> {
  const path = api.batch(write.type, write.operation);
  const results = new Map<string, WriteResult>();
  const dropped = new Map<string, readonly Dropped[]>();

  const settle = async (inputs: readonly WriteInput[], round: number): Promise<void> => {
    for (const chunk of chunks(inputs)) await settleChunk(chunk, round);
  };

  const settleChunk = async (inputs: readonly WriteInput[], round: number): Promise<void> => {
    const body = { inputs: inputs.map((input) => toBody(input, write)) };
    const answer = await transport.send({ method: 'POST', path, body }, signal);
    if (isPathUnknown(answer)) {
      throw new CrmError('unauthorized', `HubSpot no longer knows POST ${path}: update this software`);
    }
    if (answer.status >= 400) return settleRefused(inputs, readRefusal(answer.body), round);
    if (saysNothing(answer.body))
      throw new CrmError('unavailable', `HubSpot confirmed nothing of POST ${path}`);
    const { written, refused, accusesUnnamed } = readAnswer(
      answer.body,
      inputs.map(({ id }) => id),
      write.idProperty,
    );
    const again: WriteInput[] = [];
    const silent: WriteInput[] = [];
    // An error that names no input is told apart by whom it is left alone with.
    const halving = accusesUnnamed && inputs.length > 1;
    for (const input of inputs) {
      const record = written.get(input.id);
      const refusal = refused.get(input.id);
      if (record) note(input, record);
      else if (refusal) again.push(...mended([input], refusal, round));
      // Sending it once more is harmless where it has a key; a created record might be doubled.
      else if (write.operation !== 'create' && (round === 1 || halving)) silent.push(input);
      else results.set(input.id, { status: 'unknown' });
    }
    if (again.length > 0) await settle(again, round + 1);
    for (const half of halving ? halves(silent) : [silent]) {
      if (half.length > 0) await settle(half, round + 1);
    }
  };

  const settleRefused = async (
    inputs: readonly WriteInput[],
    refusal: Refusal,
    round: number,
  ): Promise<void> => {
    if (inputs.length === 1 || (isGone(refusal) && refusal.properties.length > 0)) {
      const again = mended(inputs, refusal, round);
      if (again.length > 0) await settle(again, round + 1);
      return;
    }
    for (const half of halves(inputs)) await settle(half, round);
  };

  const note = (input: WriteInput, record: Written) => {
    results.set(input.id, { status: 'written', ...record, skippedFields: dropped.get(input.id) ?? [] });
  };

  /** The inputs without what HubSpot blames; those that cannot be mended so have their result. */
  const mended = (inputs: readonly WriteInput[], refusal: Refusal, round: number): WriteInput[] => {
    const lost = isGone(refusal) && refusal.properties.find((name) => write.indispensable.includes(name));
    if (lost) {
      const fix = 'it is created again when the token may, else run `altur-crm-sync provision`';
      throw new CrmError('unauthorized', `HubSpot no longer has ${write.type}.${lost}: ${fix}`);
    }
    const spoiled = inputs.map((input) => blamedOf(input, refusal, write.indispensable));
    const somebodySpoils = spoiled.some((names) => names.length > 0);
    return inputs.flatMap((input, index) => {
      const names = spoiled[index]!;
      if (somebodySpoils && round < MAX_ROUNDS && (names.length > 0 || inputs.length > 1)) {
        const noted = names.map((property) => ({ property, code: refusal.code }));
        dropped.set(input.id, [...(dropped.get(input.id) ?? []), ...noted]);
        return without(input, names);
      }
      results.set(input.id, isPassing(refusal) ? { status: 'unknown' } : { status: 'refused', refusal });
      return [];
    });
  };

  await settle(write.inputs, 1);
  return results;
}

function toBody({ id, properties }: WriteInput, { operation, idProperty }: BatchWrite) {
  const traced = { objectWriteTraceId: id, properties };
  if (operation === 'create') return { associations: [], ...traced };
  return { id, ...(idProperty && { idProperty }), ...traced };
}

/** Those of the input's properties that HubSpot blames and the record can do without. */
function blamedOf(input: WriteInput, { properties }: Refusal, indispensable: readonly string[]): string[] {
  return properties.filter((name) => name in input.properties && !indispensable.includes(name));
}

function without({ id, properties }: WriteInput, names: readonly string[]): WriteInput {
  const kept = Object.entries(properties).filter(([name]) => !names.includes(name));
  return { id, properties: Object.fromEntries(kept) };
}

/** A property that is gone is refused in every input: dropping it everywhere saves the halving. */
function isGone({ code }: Refusal): boolean {
  return code === 'PROPERTY_DOESNT_EXIST';
}

function halves<T>(items: readonly T[]): readonly (readonly T[])[] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}

function* chunks(inputs: readonly WriteInput[]): Generator<readonly WriteInput[]> {
  let chunk: WriteInput[] = [];
  let bytes = 0;
  for (const input of inputs) {
    const size = Buffer.byteLength(JSON.stringify(input));
    if (chunk.length === MAX_INPUTS || (chunk.length > 0 && bytes + size > MAX_BYTES)) {
      yield chunk;
      [chunk, bytes] = [[], 0];
    }
    chunk.push(input);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}
