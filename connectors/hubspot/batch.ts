/**
 * Writes records in batches of a hundred such that every input is accounted for: written, written without the
 * fields HubSpot refuses, refused by itself, or unknown. A trace id on every input keeps one bad record from
 * spoiling its batch; where HubSpot refuses the whole batch all the same, it is halved until the culprit is alone.
 */
import type { Api, ObjectType } from './api.ts';
import { type Refusal, readRefusal } from './errors.ts';
import type { Transport } from './transport.ts';

/** https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/batch: 100 inputs a request. */
export const MAX_INPUTS = 100;
/** No limit on a body's size is documented; a hundred long transcripts stay a request of a size others send. */
const MAX_BYTES = 3_000_000;
/** How often an input is sent again, without a refused field or because its outcome was not told. */
const MAX_ROUNDS = 5;

export interface WriteInput {
  /** Unique in the batch: the value of `idProperty`, or the record id. */
  readonly id: string;
  readonly properties: Readonly<Record<string, string>>;
}

export type WriteResult =
  | { readonly status: 'written'; readonly recordId: string; readonly leftOut: readonly Dropped[] }
  | { readonly status: 'refused'; readonly refusal: Refusal }
  /** HubSpot said nothing of it. */
  | { readonly status: 'unknown' };

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
  const results = new Map<string, WriteResult>();
  const dropped = new Map<string, Dropped[]>();

  /** Sends these, and again those for which another try makes sense. */
  const settle = async (inputs: readonly WriteInput[], round: number): Promise<void> => {
    for (const chunk of chunks(inputs)) await settleChunk(chunk, round);
  };

  const settleChunk = async (inputs: readonly WriteInput[], round: number): Promise<void> => {
    const path = api.batch(write.type, write.operation);
    const answer = await transport.send(
      { method: 'POST', path, body: { inputs: inputs.map(toBody) } },
      signal,
    );
    if (answer.status >= 400) return settleRefusedBatch(inputs, readRefusal(answer.body), round);

    const { written, refused } = readAnswer(answer.body, write);
    const again: WriteInput[] = [];
    for (const input of inputs) {
      const recordId = written.get(input.id);
      const refusal = refused.get(input.id);
      const blamed = refusal && round < MAX_ROUNDS ? blamedOf(input, refusal) : [];
      if (recordId !== undefined) {
        results.set(input.id, { status: 'written', recordId, leftOut: dropped.get(input.id) ?? [] });
      } else if (blamed.length > 0) again.push(without(input, blamed, refusal!));
      else if (refusal) results.set(input.id, { status: 'refused', refusal });
      else if (round < MAX_ROUNDS && write.operation !== 'create') again.push(input);
      else results.set(input.id, { status: 'unknown' });
    }
    if (again.length > 0) await settle(again, round + 1);
  };

  const settleRefusedBatch = async (inputs: readonly WriteInput[], refusal: Refusal, round: number) => {
    const blamed = inputs.map((input) => (round < MAX_ROUNDS ? blamedOf(input, refusal) : []));
    if (blamed.some((names) => names.length > 0) && (inputs.length === 1 || isGone(refusal))) {
      return settle(
        inputs.map((input, index) => without(input, blamed[index]!, refusal)),
        round + 1,
      );
    }
    if (inputs.length === 1) {
      results.set(inputs[0]!.id, { status: 'refused', refusal });
      return;
    }
    const middle = Math.ceil(inputs.length / 2);
    await settle(inputs.slice(0, middle), round);
    await settle(inputs.slice(middle), round);
  };

  /** Those of the input's properties that HubSpot blames and the record can do without. */
  const blamedOf = (input: WriteInput, { properties }: Refusal) =>
    properties.filter((name) => name in input.properties && !write.indispensable.includes(name));

  const without = (input: WriteInput, blamed: readonly string[], { code }: Refusal): WriteInput => {
    const noted = blamed.map((property) => ({ property, code }));
    dropped.set(input.id, [...(dropped.get(input.id) ?? []), ...noted]);
    const kept = Object.entries(input.properties).filter(([name]) => !blamed.includes(name));
    return { id: input.id, properties: Object.fromEntries(kept) };
  };

  const toBody = ({ id, properties }: WriteInput) => ({
    ...(write.operation !== 'create' && { id }),
    ...(write.operation !== 'create' && write.idProperty && { idProperty: write.idProperty }),
    ...(write.operation === 'create' && { associations: [] }),
    objectWriteTraceId: id,
    properties,
  });

  await settle(write.inputs, 1);
  return results;
}

/** A property that is gone is refused in every input: dropping it everywhere saves the halving. */
function isGone({ code }: Refusal): boolean {
  return code === 'PROPERTY_DOESNT_EXIST';
}

interface BatchAnswer {
  readonly results?: readonly { readonly id: string; readonly properties?: Record<string, string | null> }[];
  readonly errors?: readonly { readonly context?: Record<string, readonly string[]> }[];
}

/**
 * Results come in any order: successes are recognised by the unique value they carry, failures by the trace id
 * or, for unknown ids, by the id. Any 2xx may hold errors.
 */
function readAnswer(body: unknown, { idProperty, inputs }: BatchWrite) {
  const { results = [], errors = [] } = (body ?? {}) as BatchAnswer;
  const exact = new Set(inputs.map(({ id }) => id));
  const folded = new Map(inputs.map(({ id }) => [id.toLowerCase(), id]));
  const written = new Map<string, string>();
  for (const { id, properties } of results) {
    const value = idProperty === undefined ? id : properties?.[idProperty];
    if (value == null) continue;
    const input = exact.has(value) ? value : folded.get(value.toLowerCase());
    if (input !== undefined) written.set(input, id);
  }
  const refused = new Map<string, Refusal>();
  for (const error of errors) {
    for (const id of error.context?.objectWriteTraceId ?? error.context?.ids ?? error.context?.id ?? []) {
      refused.set(id, readRefusal(error));
    }
  }
  return { written, refused };
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
