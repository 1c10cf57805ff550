/** The campaigns of an Altur account, in memory: what a statement reads of it. */
import type { AlturCalls, ListedCall } from '../../src/altur/altur-calls.ts';

export type AlturListing = Pick<AlturCalls, 'campaigns' | 'calls'> & { readonly requests: number };

/** `campaigns`: the calls of each; two of them are a page. */
export function callsAtAltur(campaigns: Readonly<Record<string, readonly ListedCall[]>>): AlturListing {
  const listing = {
    requests: 0,
    async *campaigns() {
      listing.requests += 1;
      yield Object.keys(campaigns).map((id) => ({ id }));
    },
    async *calls(id: string, { from, to }: { from: number; to: number }) {
      const calls = campaigns[id]!.filter(({ createdAt = from }) => createdAt >= from && createdAt < to);
      for (let start = 0; start < calls.length; start += 2) {
        listing.requests += 1;
        yield calls.slice(start, start + 2);
      }
    },
  };
  return listing;
}

export function listedCall(id: string, createdAt: number | undefined, hasEnded = true): ListedCall {
  const times = createdAt !== undefined && { createdAt, ...(hasEnded && { endedAt: createdAt + 60_000 }) };
  return { id, hasEnded, json: { id }, ...times };
}
