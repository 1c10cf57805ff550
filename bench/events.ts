/** The events of the benchmark. */
import { anyCall } from '../test/calls.ts';
import { deliver } from '../test/e2e/service-process.ts';

export interface BenchEvent {
  readonly id: string;
  readonly campaign_user: { readonly name: string; readonly contact: string; readonly status: string };
}

/** `people`: of so many people, who take turns. */
export function range(count: number, first: number, people: number): BenchEvent[] {
  return Array.from(
    { length: count },
    (_, index) => anyCall(first + index, (first + index) % people) as unknown as BenchEvent,
  );
}

/** Fifty at a time. */
export async function deliverAll(url: string, events: readonly BenchEvent[]): Promise<void> {
  for (let index = 0; index < events.length; index += 50) {
    await Promise.all(events.slice(index, index + 50).map((event) => deliver(url, event)));
  }
}
