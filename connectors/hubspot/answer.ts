/** What HubSpot answers to a batch: who was written, who was refused; the rest it said nothing of. */
import { type Refusal, readRefusal } from './errors.ts';

export interface Written {
  readonly recordId: string;
  /** The record was not there before. */
  readonly isNew: boolean;
}

/** Both by input id. An input in neither was not accounted for. */
export interface BatchAnswer {
  readonly written: ReadonlyMap<string, Written>;
  readonly refused: ReadonlyMap<string, Refusal>;
  /** There were errors that name none of the inputs. */
  readonly accusesUnnamed: boolean;
}

interface BatchBody {
  readonly results?: readonly {
    readonly id: string;
    readonly new?: boolean;
    readonly objectWriteTraceId?: string;
    readonly properties?: Readonly<Record<string, string | null>>;
  }[];
  readonly errors?: readonly { readonly context?: Readonly<Record<string, readonly string[]>> }[];
}

/** Did HubSpot tell of nothing at all? Then the batch as a whole was not understood. */
export function saysNothing(body: unknown): boolean {
  const { results = [], errors = [] } = (body ?? {}) as BatchBody;
  return results.length === 0 && errors.length === 0;
}

/**
 * Results come in any order: successes are recognised by the unique value they carry (`idProperty`; the record id
 * without one), failures by the trace id or, for unknown ids, by the id. Any 2xx may hold errors:
 * https://developers.hubspot.com/docs/api-reference/error-handling#multi-status-errors
 */
export function readAnswer(
  body: unknown,
  ids: readonly string[],
  idProperty: string | undefined,
): BatchAnswer {
  const { results = [], errors = [] } = (body ?? {}) as BatchBody;
  const exact = new Set(ids);
  const folded = new Map(ids.map((id) => [id.toLowerCase(), id]));
  const written = new Map<string, Written>();
  for (const { id, properties, new: isNew = false, objectWriteTraceId: trace } of results) {
    const value = idProperty === undefined ? id : (properties?.[idProperty] ?? trace);
    if (value == null) continue;
    const input = exact.has(value) ? value : folded.get(value.toLowerCase());
    if (input !== undefined) written.set(input, { recordId: id, isNew });
  }
  const refused = new Map<string, Refusal>();
  let accusesUnnamed = false;
  for (const error of errors) {
    const { objectWriteTraceId, ids: named, id } = error.context ?? {};
    // A refusal that names nobody can only mean an input that is alone.
    const meant = objectWriteTraceId ?? named ?? id ?? (ids.length === 1 ? ids : []);
    for (const each of meant) refused.set(each, readRefusal(error));
    if (meant.length === 0) accusesUnnamed = true;
  }
  return { written, refused, accusesUnnamed };
}
