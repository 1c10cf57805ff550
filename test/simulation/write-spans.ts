/** Leases exclude: no two batches, of any process, write one person or one call at the same time. */
import type { CallRecord } from '../../connectors/connector.ts';
import { identityNames } from '../../connectors/connector.ts';
import type { Actor } from './clock.ts';
import type { World } from './world.ts';

interface Span {
  readonly actor: Actor;
  readonly names: ReadonlySet<string>;
  readonly signal: AbortSignal;
}

export class WriteSpans {
  readonly #world: World;
  readonly #spans = new Set<Span>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Answers what ends it. One whose lease was lost, or whose process crashed, has ended by that. */
  begin(actor: Actor, records: readonly CallRecord[], signal: AbortSignal): () => void {
    const names = new Set(
      records.flatMap(({ callId, person }) => [`call:${callId}`, ...(person ? identityNames(person) : [])]),
    );
    for (const other of this.#spans) {
      if (!other.actor.isAlive || other.signal.aborted || signal.aborted) continue;
      const shared = [...names].find((name) => other.names.has(name));
      if (shared !== undefined)
        this.#world.violated(`${actor.name} and ${other.actor.name} write ${shared} at the same time`);
    }
    const span = { actor, names, signal };
    this.#spans.add(span);
    return () => this.#spans.delete(span);
  }
}
