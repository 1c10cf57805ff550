/** What DAILY_SUMMARY_AT needs. */

interface SummaryVariables {
  readonly DAILY_SUMMARY_AT?: string | undefined;
  readonly ALTUR_API_KEY?: string | undefined;
  readonly ALERT_WEBHOOK_URL?: string | undefined;
}

export function dailySummaryWarnings({ DAILY_SUMMARY_AT, ...needed }: SummaryVariables): string[] {
  if (DAILY_SUMMARY_AT === undefined) return [];
  const missing = (['ALTUR_API_KEY', 'ALERT_WEBHOOK_URL'] as const).filter(
    (name) => needed[name] === undefined,
  );
  if (missing.length === 0) return [];
  return [`DAILY_SUMMARY_AT: is not used: the daily summary needs ${missing.join(' and ')} too`];
}
