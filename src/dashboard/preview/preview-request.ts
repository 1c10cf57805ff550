/** The request of the preview page. */

export interface PreviewRequest {
  /** JSON. */
  readonly event: string;
  /** YAML or JSON. */
  readonly mapping: string;
  /** Look the person up in the CRM, read-only. */
  readonly resolve: boolean;
}

/** Undefined when `body` has another form. */
export function readPreviewRequest(body: unknown): PreviewRequest | undefined {
  const { event, mapping, resolve } = (body ?? {}) as Partial<Record<string, unknown>>;
  if (typeof event !== 'string' || typeof mapping !== 'string') return undefined;
  return { event, mapping, resolve: resolve === true };
}
