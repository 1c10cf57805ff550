/** What the CRM said when it was asked, from this page, whether the records of the call are still there. */
import { crmName, t } from '../i18n.js';

let latest;

/** Answers the result it is given. */
export function keepCheck(result) {
  latest = result.checks;
  return result;
}

/** The call is written again: what was said is out of date. */
export function forgetCheck() {
  latest = undefined;
}

/** Of a record: `present`, `gone`, or undefined where the CRM was not asked. */
export function stateOf(object, id) {
  const records = (latest ?? []).flatMap((check) => check.records ?? []);
  return records.find((record) => record.object === object && record.id === id)?.state;
}

/** Whether the call is linked to its person; undefined where the CRM was not asked, or there is nothing to link. */
export function isLinked() {
  return latest?.find((check) => check.checked)?.linked;
}

export function isIncomplete() {
  return latest?.some((check) => check.checked && !check.isComplete) ?? false;
}

export function checkSentence({ checks }) {
  const [refused] = checks.filter((check) => !check.checked);
  if (refused) return t('check.refused', { reason: refused.reason });
  const crm = crmName(checks[0]?.crm ?? 'CRM');
  return t(checks.every((check) => check.isComplete) ? 'check.complete' : 'check.incomplete', { crm });
}
