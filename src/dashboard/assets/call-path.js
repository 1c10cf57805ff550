/**
 * Where the page of a call is. Browsers take `.` and `..` in a path for folders, however they are encoded: these ids
 * are in the query.
 */
export function callPath(callId, below = '') {
  const isFolder = callId === '.' || callId === '..';
  return `/dashboard/calls/${isFolder ? `-${below}?id=${callId}` : encodeURIComponent(callId) + below}`;
}

export function apiPath(callId) {
  return callPath(callId).replace('/dashboard/', '');
}

export function callIdAt({ pathname, search }) {
  return new URLSearchParams(search).get('id') ?? decodeURIComponent(pathname.split('/').at(-1));
}
