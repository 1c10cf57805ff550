/** What a request asks for, as limits and budgets count it. */
export type RequestKind = 'campaigns' | 'calls' | 'call' | 'message' | 'recording' | 'file' | 'other';

export const API_PATH = '/api/v1.0';
/** Where a recording of the same origin is redirected to. */
export const FILES_PATH = `${API_PATH}/files`;

const KINDS: readonly (readonly [RequestKind, RegExp])[] = [
  ['campaigns', /^\/campaigns\/?$/],
  ['calls', /^\/campaigns\/([^/]+)\/calls\/?$/],
  ['recording', /^\/call\/([^/]+)\/recording\/?$/],
  ['call', /^\/call\/([^/]+)\/?$/],
  ['message', /^\/message\/([^/]+)\/?$/],
  ['file', /^\/files\/([^/]+)$/],
];

export interface RequestTarget {
  readonly kind: RequestKind;
  /** The id in the path, decoded. */
  readonly id: string;
}

export function targetOf(path: string): RequestTarget {
  if (!path.startsWith(`${API_PATH}/`)) return { kind: 'other', id: '' };
  for (const [kind, pattern] of KINDS) {
    const match = pattern.exec(path.slice(API_PATH.length));
    if (match) return { kind, id: decoded(match[1] ?? '') };
  }
  return { kind: 'other', id: '' };
}

export type RequestCounts = Readonly<Record<RequestKind, number>>;

export function countKinds(requests: readonly { readonly path: string }[]): RequestCounts {
  const counts = { campaigns: 0, calls: 0, call: 0, message: 0, recording: 0, file: 0, other: 0 };
  for (const { path } of requests) counts[targetOf(path).kind] += 1;
  return counts;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
