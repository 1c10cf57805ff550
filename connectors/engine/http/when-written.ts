/**
 * Tells when a request of `fetch` is written to its connection: until then it may wait for one to be opened, and for a
 * process that is busy. Node's `fetch` reports it on channels: https://undici.nodejs.org/#/docs/api/DiagnosticsChannel
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';

type Written = () => void;

const current = new AsyncLocalStorage<Written>();
const requests = new WeakMap<object, Written>();
let isSubscribed = false;

/** Calls `written` once: at the first request that `send` writes, at the latest when `send` ends. */
export async function whenWritten<T>(written: Written, send: () => Promise<T>): Promise<T> {
  if (!isSubscribed) subscribeToFetch();
  let isWritten = false;
  const once = () => {
    if (!isWritten) written();
    isWritten = true;
  };
  try {
    return await current.run(once, send);
  } finally {
    once();
  }
}

function subscribeToFetch(): void {
  isSubscribed = true;
  subscribe('undici:request:create', (message) => {
    const written = current.getStore();
    if (written) requests.set((message as { readonly request: object }).request, written);
  });
  // Not `sendHeaders`, which comes before they are written.
  subscribe('undici:request:bodySent', (message) => {
    requests.get((message as { readonly request: object }).request)?.();
  });
}
