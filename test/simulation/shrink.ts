/** Makes a failing plan smaller as long as it fails: fewer deliveries, faults, workers. */
import type { Plan } from './plan.ts';

/** The parts of a seed's plan that are kept; by default all. */
export interface Kept {
  readonly deliveries: readonly number[];
  readonly faults: readonly number[];
  readonly workers: number;
}

export function allOf({ deliveries, faults, workers }: Plan): Kept {
  return { deliveries: [...deliveries.keys()], faults: [...faults.keys()], workers };
}

export function reduced(plan: Plan, { deliveries, faults, workers }: Kept): Plan {
  return {
    ...plan,
    workers,
    deliveries: deliveries.map((index) => plan.deliveries[index]!),
    faults: faults.map((index) => plan.faults[index]!),
  };
}

/** Tries every single part once more after each success; ends when none can be spared. */
export async function shrink(plan: Plan, fails: (plan: Plan) => Promise<boolean>): Promise<Kept> {
  let kept = allOf(plan);
  for (let smaller = await smallerThan(kept, plan, fails); smaller; ) {
    kept = smaller;
    smaller = await smallerThan(kept, plan, fails);
  }
  return kept;
}

async function smallerThan(
  kept: Kept,
  plan: Plan,
  fails: (plan: Plan) => Promise<boolean>,
): Promise<Kept | undefined> {
  for (const candidate of candidatesOf(kept)) if (await fails(reduced(plan, candidate))) return candidate;
  return undefined;
}

function* candidatesOf(kept: Kept): Generator<Kept> {
  const { deliveries, faults, workers } = kept;
  for (const half of halvesOf(deliveries)) yield { ...kept, deliveries: half };
  for (const index of faults) yield { ...kept, faults: faults.filter((each) => each !== index) };
  for (const index of deliveries) yield { ...kept, deliveries: deliveries.filter((each) => each !== index) };
  if (workers > 1) yield { ...kept, workers: workers - 1 };
}

function halvesOf(items: readonly number[]): readonly (readonly number[])[] {
  if (items.length < 4) return [];
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}
