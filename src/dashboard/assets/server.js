/** Requests to the service. An error's message is a sentence for the person at the page. */
import { t } from './i18n.js';

const READ_TIMEOUT_MS = 10_000;
/** A retry of thousands of calls, or a field that the CRM creates, takes its time. */
const ACTION_TIMEOUT_MS = 120_000;

export function read(path) {
  return request(path, {}, READ_TIMEOUT_MS);
}

export function act(name, body) {
  const options = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  return request(`actions/${name}`, options, ACTION_TIMEOUT_MS);
}

async function request(path, options, timeoutMs) {
  const response = await fetch(`/dashboard/api/${path}`, {
    ...options,
    signal: AbortSignal.timeout(timeoutMs),
  }).catch(() => {
    throw new Error(t('error.unreachable'));
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  if (response.status === 401) throw new Error(t('error.signedOut'));
  // Of a defect the service says no more than its log.
  if (response.status === 500) throw new Error(t('error.status', { status: '500' }));
  throw new Error(answer.error ?? t('error.status', { status: `${response.status}` }));
}
