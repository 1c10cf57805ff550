/**
 * Tests with real credentials what was only read in documentation: writes canary records, writes them again, changes
 * them, provokes conflicts, reads them back, and deletes them whatever happens.
 *
 * Each check stands by itself: one that the token may not make, or that the CRM fails, is reported as not testable.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { CrmError, type Outcome, type RecordIds } from '../../connector.ts';
import type { AssumptionName, ProbeReport, ProbeResult } from '../../live-probe.ts';
import type { CrmAdapter, CrmClient, LiveSchema, ProbeSupport } from '../crm.ts';
import { noCache, noLastWrites } from '../persons/cache.ts';
import { CrmHealth } from '../rows/crm-health.ts';
import type { Row } from '../rows/row.ts';
import type { GroupResponse, RowResponse } from '../rows/row-sender.ts';
import { syncRecords } from '../sync.ts';
import { confirmed, different, notTestable } from './assumptions.ts';
import { type Canary, createCanary } from './canary.ts';
import { CanaryRecords } from './canary-records.ts';

/** How long a search may be behind, and how often it is asked. */
const SEARCH_WAIT = { forMs: 60_000, everyMs: 2_000 };
const UNKNOWN_FIELD = 'altur_canary_no_such_field';

type Synced = Outcome & { readonly status: 'synced' };

export interface ProbeOptions {
  /** By default a minute, every two seconds. */
  readonly searchWait?: { readonly forMs: number; readonly everyMs: number };
  /** Stops the probe before its next check. */
  readonly signal?: AbortSignal | undefined;
}

export async function probeLive<Schema extends LiveSchema>(
  adapter: CrmAdapter<Schema> & { readonly probe: ProbeSupport },
  options: ProbeOptions = {},
): Promise<ProbeReport> {
  const read = () => adapter.readSchema(adapter.transport);
  const schema = await adapter.prepare(await read(), read);
  return new LiveProbe(adapter.client(adapter.transport, schema), adapter.probe, options).run();
}

class LiveProbe {
  readonly #client: CrmClient;
  readonly #support: ProbeSupport;
  readonly #searchWait: NonNullable<ProbeOptions['searchWait']>;
  readonly #health = new CrmHealth();
  readonly #records: CanaryRecords;
  readonly #signal: AbortSignal | undefined;

  constructor(client: CrmClient, support: ProbeSupport, { searchWait = SEARCH_WAIT, signal }: ProbeOptions) {
    this.#client = client;
    this.#support = support;
    this.#records = new CanaryRecords(client, support);
    this.#searchWait = searchWait;
    this.#signal = signal;
  }

  async run(): Promise<ProbeReport> {
    const first = createCanary(this.#support.fields, 'a');
    const second = createCanary(this.#support.fields, 'b');
    const results: ProbeResult[] = [];
    const check = async (assumption: AssumptionName, test: () => Promise<ProbeResult>) => {
      if (this.#signal?.aborted) return;
      results.push(await test().catch((error: unknown) => untestable(assumption, error)));
    };
    const runChecks = async () => {
      await check('nested-writes', () => this.#checkNesting(first));
      await check('write', () => this.#checkWrite([first, second]));
      if (results.at(-1)?.result === 'confirmed') {
        await check('repeatable', () => this.#checkSameRecords('repeatable', first));
        await check('update', () => this.#checkSameRecords('update', first));
        await check('activity-keys', async () => this.#checkActivityKeys());
        await check('key-lookup', () => this.#checkKeyLookup(first));
        await check('unknown-field', () => this.#checkUnknownField(first, second));
        await check('key-conflict', () => this.#checkConflict(first, second));
        await check('key-case', () => this.#checkKeyCase(first));
        await check('phone-lookup', () => this.#checkPhoneLookup(first));
      }
    };
    try {
      await runChecks();
    } catch (error) {
      await this.#records.deleteAll();
      throw error;
    }
    return { results, ...(await this.#records.deleteAll()) };
  }

  async #sync(canary: Canary, existing?: RecordIds): Promise<Synced> {
    const parts = {
      client: this.#client,
      policy: { onMissing: 'create', onMany: 'newest', ifEmpty: [] } as const,
      cache: noCache,
      lastWrites: noLastWrites,
      health: this.#health,
    };
    const record = existing ? { ...canary.record, existing } : canary.record;
    this.#records.sending(canary);
    const { outcomes } = await syncRecords(parts, [record]);
    const outcome = outcomes[0]!;
    if (outcome.status !== 'synced') throw new CrmError('rejected', outcome.reason, { code: outcome.code });
    this.#records.confirmed(canary, outcome.records);
    return outcome;
  }

  /** A person and their call in one request, the call naming the person by key. */
  async #checkNesting(canary: Canary): Promise<ProbeResult> {
    if (!this.#client.nests) return notTestable('nested-writes', 'this connection does not write so');
    const outcome = await this.#sync(canary);
    if (this.#client.nests && outcome.records.call !== undefined) return confirmed('nested-writes');
    return different('nested-writes');
  }

  async #checkWrite(canaries: readonly Canary[]): Promise<ProbeResult> {
    try {
      for (const canary of canaries) await this.#sync(canary);
      return confirmed('write');
    } catch (error) {
      if (error instanceof CrmError) return different('write', error.message);
      throw error;
    }
  }

  async #checkSameRecords(assumption: 'repeatable' | 'update', canary: Canary): Promise<ProbeResult> {
    const before = await this.#sync(canary);
    const after = await this.#sync(canary, assumption === 'update' ? before.records : undefined);
    const same = JSON.stringify(before.records) === JSON.stringify(after.records);
    return same ? confirmed(assumption) : different(assumption);
  }

  #checkActivityKeys(): ProbeResult {
    return this.#client.activityKeys('call') === 'search'
      ? different('activity-keys')
      : confirmed('activity-keys');
  }

  async #checkKeyLookup({ person }: Canary): Promise<ProbeResult> {
    const found = await this.#client.find([person], []);
    return found.some(({ key }) => key === person.key) ? confirmed('key-lookup') : different('key-lookup');
  }

  async #checkUnknownField(first: Canary, second: Canary): Promise<ProbeResult> {
    const bad = await this.#personRow(first, { [UNKNOWN_FIELD]: 'x' });
    return this.#costsItsRowOnly('unknown-field', bad, await this.#personRow(second, {}));
  }

  async #checkConflict(first: Canary, second: Canary): Promise<ProbeResult> {
    const taken = { [this.#client.keyFields.person]: first.person.key };
    const bad = await this.#personRow(second, taken);
    return this.#costsItsRowOnly('key-conflict', bad, await this.#personRow(first, {}));
  }

  /** Sends a bad row beside a good one. */
  async #costsItsRowOnly(assumption: AssumptionName, bad: Row, good: Row): Promise<ProbeResult> {
    const response = await this.#client.send([[bad, good]], undefined);
    const [group] = 'rejected' in response ? [response] : response;
    if (resultOf(bad, group)?.status === 'written') return different(assumption, 'the CRM accepted it');
    if (resultOf(good, group)?.status === 'written') return confirmed(assumption);
    return different(assumption, 'the CRM rejected the whole batch');
  }

  /** An update of the canary's record. */
  async #personRow({ person }: Canary, fields: Readonly<Record<string, unknown>>): Promise<Row> {
    const [found] = await this.#client.find([person], []);
    if (!found)
      throw new CrmError('rejected', 'the canary is not found by its key', { code: 'CANARY_MISSING' });
    const [write] = person.fields;
    const valid = write ? { [write.field]: this.#client.encode(write.value, undefined) } : {};
    return {
      name: `person ${person.key}`,
      object: 'person',
      operation: 'update',
      id: found.id,
      key: person.key,
      fields: { ...valid, ...fields },
      skipped: [],
    };
  }

  async #checkKeyCase({ person }: Canary): Promise<ProbeResult> {
    const upper = person.key.toUpperCase();
    const asked = { ...person, key: upper, identities: [{ by: 'key' as const, value: upper }] };
    const found = await this.#client.find([asked], []);
    return found.length === 0 ? confirmed('key-case') : different('key-case');
  }

  async #checkPhoneLookup({ person, phone }: Canary): Promise<ProbeResult> {
    const asked = { ...person, identities: [{ by: 'phone' as const, phone }] };
    const { forMs, everyMs } = this.#searchWait;
    for (const until = Date.now() + forMs; ; ) {
      const found = await this.#client.find([asked], []);
      if (found.some(({ key }) => key === person.key)) return confirmed('phone-lookup');
      if (Date.now() + everyMs > until) return different('phone-lookup');
      await delay(everyMs, undefined, { signal: this.#signal }).catch(() => {});
      if (this.#signal?.aborted) return notTestable('phone-lookup', 'the probe was stopped');
    }
  }
}

function untestable(assumption: AssumptionName, error: unknown): ProbeResult {
  if (!(error instanceof CrmError)) throw error;
  return notTestable(assumption, error.message);
}

function resultOf(row: Row, group: GroupResponse | undefined): RowResponse | undefined {
  return group && 'rows' in group ? group.rows.get(row.name) : undefined;
}
