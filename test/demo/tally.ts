/** The figures of the demo: counted in the simulated CRM, one column per part of the demo. */
import type { DemoCrm } from './crms.ts';

/** What a part of the demo took. */
export interface Figures {
  readonly title: string;
  /** Events posted to the service. */
  readonly deliveries: number;
  /** Calls that arrived in the CRM. */
  readonly calls: number;
  readonly requests: number;
  readonly byKind: ReadonlyMap<string, number>;
  /** Requests that wrote calls. */
  readonly batches: number;
}

/** Counts from now on; the answer ends the part. */
export function startTally(crm: DemoCrm): (title: string, deliveries: number) => Figures {
  const requestsBefore = crm.requests().length;
  const callsBefore = crm.callKeys().length;
  return (title, deliveries) => {
    const requests = crm.requests().slice(requestsBefore);
    const byKind = new Map<string, number>();
    for (const request of requests) {
      const kind = crm.kindOf(request);
      byKind.set(kind, (byKind.get(kind) ?? 0) + 1);
    }
    return {
      title,
      deliveries,
      calls: crm.callKeys().length - callsBefore,
      requests: requests.length,
      byKind,
      batches: byKind.get(crm.writesCalls) ?? 0,
    };
  };
}

/** `perDelivery`: requests of an integration that handles every delivery by itself. */
export function figuresTable(
  parts: readonly Figures[],
  kinds: readonly string[],
  perDelivery: number,
): string[] {
  const others = parts.flatMap(({ byKind }) => [...byKind.keys()]).filter((kind) => !kinds.includes(kind));
  const rows: [string, (figures: Figures) => number | string][] = [
    ['deliveries', ({ deliveries }) => deliveries],
    ['calls in the CRM', ({ calls }) => calls],
    ['duplicates prevented', ({ deliveries, calls }) => deliveries - calls],
    ['batches', ({ batches }) => batches],
    ['CRM requests', ({ requests }) => requests],
    ...[...kinds, ...new Set(others)].map((kind): [string, (figures: Figures) => number] => [
      `  ${kind}`,
      ({ byKind }) => byKind.get(kind) ?? 0,
    ]),
    ['requests per call', ({ requests, calls }) => (requests / calls).toFixed(3)],
    ['one by one (*)', ({ deliveries }) => deliveries * perDelivery],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const widths = parts.map(({ title }) => title.length);
  const line = (name: string, cells: readonly string[]) =>
    `${name.padEnd(width)}   ${cells.map((cell, index) => cell.padStart(widths[index]!)).join('   ')}`;
  return [
    line(
      '',
      parts.map(({ title }) => title),
    ),
    ...rows.map(([name, of]) =>
      line(
        name,
        parts.map((part) => String(of(part))),
      ),
    ),
  ];
}
