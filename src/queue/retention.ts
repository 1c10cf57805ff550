/** How long calls, people and duplicates are kept. */
export const RETENTION_MS = 30 * 24 * 3_600_000;
