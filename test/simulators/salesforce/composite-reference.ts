const REFERENCE = /@\{([A-Za-z][A-Za-z0-9_]*)([^}]*)\}/g;

/** A subrequest refers to a value that no earlier response has; it is not executed. */
export class UnresolvedReference extends Error {
  override readonly name = 'UnresolvedReference';
}

/** The ids of the subrequests that `@{id.path}` refers to anywhere in the value. */
export function referencesIn(value: unknown): string[] {
  return [...JSON.stringify(value ?? null).matchAll(REFERENCE)].map((match) => match[1]!);
}

/** The value with its references replaced by values from the responses of earlier subrequests. */
export function withReferences(value: unknown, bodies: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === 'string') {
    return value.replace(REFERENCE, (_, id: string, path: string) => resolved(bodies, id, path));
  }
  if (Array.isArray(value)) return value.map((each) => withReferences(each, bodies));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withReferences(each, bodies)]));
}

function resolved(bodies: ReadonlyMap<string, unknown>, id: string, path: string): string {
  const steps = path.match(/[^.[\]]+/g) ?? [];
  const found = steps.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined),
    bodies.get(id),
  );
  if (typeof found === 'string' || typeof found === 'number') return String(found);
  throw new UnresolvedReference(`Invalid reference specified. No value for ${id}${path} found in ${id}`);
}
