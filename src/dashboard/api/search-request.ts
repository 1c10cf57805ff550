/** The query of a search. */
import type { Request } from 'express';
import { z } from 'zod';
import { OUTCOME_FILTERS } from '../../monitoring/call-history.ts';

/** One page of results. */
export const PAGE_SIZE = 50;

/** A batch is written at one moment, with more calls than a page has. */
const MAX_KNOWN = 2_000;

/** `known`: how many calls of the moment `until` the page has. An empty field of a form is one that was not filled in. */
const query = z.object({
  q: z.string().trim().max(1_000).catch(''),
  outcome: z.enum(OUTCOME_FILTERS).optional().catch(undefined),
  hours: z.coerce.number().positive().max(10_000).optional().catch(undefined),
  until: z.coerce.number().positive().optional().catch(undefined),
  known: z.coerce.number().int().nonnegative().max(MAX_KNOWN).catch(0),
});

export function readSearch(request: Pick<Request, 'query'>) {
  const { q, outcome, hours, until, known } = query.parse(request.query);
  return {
    text: q,
    filters: {
      ...(outcome && { outcome }),
      ...(hours && { since: Date.now() - hours * 3_600_000 }),
      ...(until && { until }),
      limit: PAGE_SIZE + known,
    },
  };
}
