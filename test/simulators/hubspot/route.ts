/** One endpoint of the API. */
import type { Bucket } from './limits.ts';
import type { ObjectType } from './object-type.ts';
import type { Portal } from './portal.ts';
import type { Answer } from './record-answer.ts';

export interface Call {
  readonly portal: Portal;
  /** The object types in the path; associations have two. */
  readonly types: readonly ObjectType[];
  /** The record id or name in the path. */
  readonly name: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** The body before it was parsed. */
  readonly text: string;
}

export interface Route {
  readonly method: string;
  readonly path: RegExp;
  /** The token needs one of them. */
  readonly scopes: readonly string[];
  readonly bucket: Bucket;
  readonly answer: (call: Call) => Answer;
}

/** `:type`, `:from`, `:to` and `:name` stand for a segment of the path. */
export function route(
  method: string,
  pattern: string,
  scopes: readonly string[],
  answer: (call: Call) => Answer,
  bucket: Bucket = 'app',
): Route {
  const source = pattern.replace(/:(\w+)/g, '(?<$1>[^/]+)');
  return { method, path: new RegExp(`^${source}/?$`), scopes, answer, bucket };
}
