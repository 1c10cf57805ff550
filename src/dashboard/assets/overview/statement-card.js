/** Whether every call of yesterday is in the CRM, where a statement of it was made. */

import { crmName, t } from '../i18n.js';
import { html } from '../lit-html/lit-html.js';
import { completeness } from '../statement/completeness.js';

export function statementCard({ yesterday }) {
  if (!yesterday) return '';
  const { listed } = yesterday;
  const { level, text } = completeness(yesterday);
  const values = { calls: listed.calls, inCrm: listed.inCrm, crm: crmName(yesterday.crm) };
  const key = listed.inCrm === listed.calls ? 'all' : 'some';
  return html`<a class="card statement" href="/dashboard/statement">
    <span>${t(`statement.yesterday.${key}`, values)}</span>
    <span class="badge ${level}">${text}</span>
  </a>`;
}
