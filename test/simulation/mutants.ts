/** Faults of the core that the simulation must find: small changes of its source text. */

export interface Mutant {
  readonly name: string;
  /** From the root of the project. */
  readonly file: string;
  /** Is there exactly once. */
  readonly text: string;
  readonly replacement: string;
}

/** Found by `npm test`. */
export const NAMED_MUTANTS: readonly Mutant[] = [
  {
    name: 'no lease',
    file: 'src/worker/lease.ts',
    text: 'if holder and holder ~= token then free = 0 end',
    replacement: '',
  },
  {
    name: 'ledger written before the CRM',
    file: 'src/worker/sync-batch.ts',
    text: '  const outcomes = await connector.sync(records, AbortSignal.any([signal, lease.lost]));',
    replacement: `  const early = (call: CallInBatch) => ledgerEntry(connector.name, account, call, { status: 'synced', records: {}, skippedFields: [] });
  await ledger.write(new Map(calls.map((call) => [call.record.callId, early(call)])));
  const outcomes = await connector.sync(records, AbortSignal.any([signal, lease.lost]));`,
  },
  {
    name: 'swapped merge order',
    file: 'connectors/engine/persons/merge-fields.ts',
    text: '(write.asOf ?? 0) < (other.asOf ?? 0)',
    replacement: '(write.asOf ?? 0) > (other.asOf ?? 0)',
  },
  {
    name: 'no unique key',
    file: 'connectors/engine/activity-rows.ts',
    text: "const keyField = operation === 'update' ? {} : { [client.keyFields[object]]: key };",
    replacement: 'const keyField = {};',
  },
  {
    name: 'lost pause',
    file: 'src/worker/run-batch.ts',
    text: '    await queue.rateLimit(pauseMs);\n',
    replacement: '',
  },
];

export const FURTHER_MUTANTS: readonly Mutant[] = [
  {
    name: 'last-write timestamps ignored',
    file: 'connectors/engine/persons/last-writes.ts',
    text: "when === 'newest' && asOf < (written.get(field) ?? Number.NEGATIVE_INFINITY)",
    replacement: "when === 'newest' && asOf < 0 && written.has(field)",
  },
  {
    name: 'lost response taken for success',
    file: 'src/worker/run-batch.ts',
    text: '      if (signal.aborted) return deliveries.map(() => REQUEUE);\n',
    replacement: `      if (signal.aborted) return deliveries.map(() => REQUEUE);
      if ((error as { code?: string }).code === 'CRM_UNREACHABLE')
        return deliveries.map(() => ({ action: 'complete', summary: 'synced', result: 'synced' }));
`,
  },
  {
    name: 'retry dropped',
    file: 'src/worker/carry-out.ts',
    text: '      throw new RetryError(decision.reason, decision.delayMs);',
    replacement: "      return 'dropped';",
  },
  {
    name: 'lease released before the write',
    file: 'src/worker/sync-batch.ts',
    text: '    await markBegun(parts.ledger, undecided(calls));\n',
    replacement: '    await markBegun(parts.ledger, undecided(calls));\n    await lease.release();\n',
  },
  {
    name: 'lease never renewed, and its loss not noticed',
    file: 'src/queue/lease-renewal.ts',
    text: 'this.#timer = setInterval(() => this.#renewOrLose(), timing.renewEveryMs).unref();',
    replacement: 'this.#timer = setInterval(() => {}, timing.renewEveryMs).unref();',
  },
  {
    name: 'cache of a person kept after a rejection that disproves it',
    file: 'connectors/engine/persons/cache.ts',
    text: '  if (names.length > 0) await cache.delete([...new Set(names)]);\n',
    replacement: '',
  },
  {
    name: 'cache of a deleted person dropped under names of another record',
    file: 'connectors/engine/persons/cache.ts',
    text: 'return entry && entry.id === id ? [name] : [];',
    replacement: 'return entry ? [name] : [];',
  },
  {
    name: 'unconfirmed creation hides the record that was written since',
    file: 'connectors/engine/persons/cache.ts',
    text: "return ids.length > 0 ? { hint: { ids } } : { match: { ...match, action: 'create' } };",
    replacement: "return { match: { ...match, action: 'create' } };",
  },
  {
    name: 'person not marked pending',
    file: 'connectors/engine/batch-pass.ts',
    text: '    await markPending(this.#matches, cache, goneIds);\n',
    replacement: '',
  },
  {
    name: 'person pending again, though another worker has created them since',
    file: 'src/queue/person-cache.ts',
    text: "  local left = math.max(redis.call('PTTL', entry), redis.call('PTTL', clear))",
    replacement: '  local left = 0',
  },
  {
    name: 'ledger not read',
    file: 'src/worker/known-calls.ts',
    text: '    if (known) call.decision = known;\n    else if',
    replacement: '    if',
  },
  {
    name: 'earlier version that may be in the CRM forgotten',
    file: 'src/worker/sync-batch.ts',
    text: '      call.record = { ...call.record, possiblyWritten: true };',
    replacement: '      call.record = { ...call.record };',
  },
  {
    name: 'ledger written after the lease was lost',
    file: 'src/queue/ledger.ts',
    text: "  if redis.call('GET', KEYS[index]) ~= ARGV[3] then return 0 end\n",
    replacement: '',
  },
  {
    name: 'of two versions the earlier one wins',
    file: 'src/worker/known-calls.ts',
    text: 'return one.receivedAt >= other.receivedAt;',
    replacement: 'return one.receivedAt < other.receivedAt;',
  },
  {
    name: 'unreported row taken for written',
    file: 'connectors/engine/rows/row-writer.ts',
    text: '      if (result === undefined) unreported.push(row);',
    replacement: "      if (result === undefined) this.#log.confirmed(row, { status: 'written' });",
  },
  {
    name: 'outage of the CRM uses up attempts',
    file: 'src/worker/carry-out.ts',
    text: '      throw new RateLimitError();',
    replacement: "      throw new RetryError('paused', 1_000);",
  },
  {
    name: 'locked row is a dead letter',
    file: 'connectors/engine/rows/failure.ts',
    text: "    case 'temporary':\n      return retry('RECORD_BUSY',",
    replacement: "    case 'temporary':\n      return deadLetter('RECORD_BUSY',",
  },
];
