/** The call that a request is about: assets/call-path.js says where its id is. */
export function callIdOf({ params, query }: RequestParts): string {
  return typeof query.id === 'string' ? query.id : params.callId;
}

interface RequestParts {
  readonly params: { readonly callId: string };
  readonly query: Readonly<Record<string, unknown>>;
}
