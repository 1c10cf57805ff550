/** What is probably wrong with RECONCILE_EVERY. */
interface ReconcileVariables {
  readonly RECONCILE_EVERY?: number | undefined;
  readonly ALTUR_API_KEY?: string | undefined;
}

export function reconcileWarnings({ RECONCILE_EVERY, ALTUR_API_KEY }: ReconcileVariables): string[] {
  if (RECONCILE_EVERY === undefined || ALTUR_API_KEY !== undefined) return [];
  return [
    'RECONCILE_EVERY: has no effect without ALTUR_API_KEY, by which Altur is asked for its calls: set it',
  ];
}
