/** The buttons that make sense in the state of a call. */

import { actionButton } from '../action-button.js';
import { crmName, t } from '../i18n.js';
import { html } from '../lit-html/lit-html.js';
import { discardButton } from '../overview/cures.js';
import { act } from '../server.js';
import { checkSentence, forgetCheck, keepCheck } from './check.js';

/** A dead letter whose event is gone: there is nothing to retry or to discard. */
const GONE_CODES = ['DISCARDED', 'JOB_GONE'];

export function callActions({ callId, state, synced, cause }) {
  const subject = `call ${callId}`;
  const selection = { callIds: [callId] };
  const resync = (look = '') =>
    actionButton({
      subject,
      look,
      label: t('cure.resync'),
      run: () => {
        forgetCheck();
        return act('resync', selection);
      },
      done: ({ count }) => t('done.resynced', { count }),
    });
  const check = () =>
    actionButton({
      subject,
      label: t('check.button', { crm: crmName(synced.crm) }),
      run: async () => keepCheck(await act('check', { callId })),
      done: checkSentence,
    });
  if (state === 'synced') return [openInCrm(synced), check(), resync()];
  const isGone = GONE_CODES.includes(cause?.code);
  if (state === 'skipped' || state === 'unknown' || isGone) return [resync()];
  if (state !== 'dead-letter') return [];
  const retry = actionButton({
    subject,
    look: 'primary',
    label: t('cure.retryThis'),
    run: () => act('retry', selection),
    done: ({ count }) => t('done.retried', { count }),
  });
  return [retry, discardButton(subject, selection, 1)];
}

function openInCrm({ crm, records }) {
  const record =
    records.find(({ object, url }) => object === 'call' && url) ?? records.find(({ url }) => url);
  if (!record || !/^https?:/.test(record.url)) return '';
  return html`<a class="button primary" href=${record.url} target="_blank" rel="noreferrer">${t('call.openIn', { crm: crmName(crm) })} ↗</a>`;
}
