/** What an overview means, the most urgent first: `level` is `good`, `busy`, `warn` or `bad`. */
import { crmName, duration, percent, relative, t } from '../i18n.js';

// As in src/alerts/alerts-of.ts: an alert leads to this page, which must then say what is wrong.

/** Calls that wait longer deserve a word, although they are safe. */
const LONG_WAIT_MS = 5 * 60_000;
const REDIS_NEARLY_FULL = 0.7;
/** From here on events are turned away. */
const REDIS_FULL = 0.8;
const QUOTA_NEARLY_USED = 0.9;

export function findings(overview) {
  const found = [
    crmFinding(overview),
    redisFinding(overview),
    deadLetterFinding(overview),
    quotaFinding(overview),
  ];
  found.push(waitFinding(overview, found[0]), refusedFinding(overview));
  const real = found.filter((finding) => finding !== undefined);
  const order = ['bad', 'warn', 'busy', 'good'];
  real.sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
  return [...(real.length > 0 ? real : [allIsWell(overview)]), ...notes(overview)];
}

/** Nothing is wrong, but somebody may want to know. */
function notes({ skippedFields }) {
  if (skippedFields.length === 0) return [];
  const count = skippedFields.reduce((sum, group) => sum + group.count, 0);
  return [{ level: 'note', key: 'skippedFields', title: t('health.skippedFields', { count }), detail: '' }];
}

function finding(level, key, values = {}) {
  return { level, key, title: t(`health.${key}`, values), detail: t(`health.${key}.detail`, values) };
}

function crmFinding({ crm, queue, now }) {
  const values = {
    crm: crmName(crm.name),
    // Those that are tried again wait as well.
    count: queue.waiting + queue.retrying + queue.active,
    until: crm.until ? relative(crm.until, now) : '',
  };
  if (crm.state === 'no-worker') return finding('bad', 'noWorker', values);
  if (crm.state === 'not-connected') return finding('bad', 'notConnected', values);
  if (crm.state !== 'waiting') return undefined;
  if (crm.kind === 'unauthorized') return finding('bad', 'unauthorized', values);
  return finding('warn', crm.kind === 'rate_limited' ? 'rateLimited' : 'unavailable', values);
}

function redisFinding({ redisMemoryUsed = 0 }) {
  if (redisMemoryUsed < REDIS_NEARLY_FULL) return undefined;
  const level = redisMemoryUsed < REDIS_FULL ? 'warn' : 'bad';
  return finding(level, 'redisFull', { share: percent(redisMemoryUsed) });
}

function deadLetterFinding({ queue, crm }) {
  if (queue.deadLetters === 0) return undefined;
  return finding('warn', 'deadLetters', { count: queue.deadLetters, crm: crmName(crm.name) });
}

function quotaFinding({ crm }) {
  const share = crm.usage ? crm.usage.used / crm.usage.limit : 0;
  if (share < QUOTA_NEARLY_USED) return undefined;
  return finding('warn', 'quota', { crm: crmName(crm.name), share: percent(share) });
}

function waitFinding({ queue, now }, crm) {
  const waited = queue.oldestWaitingSince === undefined ? 0 : now - queue.oldestWaitingSince;
  if (crm) return undefined;
  const age = duration(waited);
  if (queue.waiting === 0) {
    const isLong = queue.retrying > 0 && waited >= LONG_WAIT_MS;
    return isLong ? finding('warn', 'retrying', { count: queue.retrying, age }) : undefined;
  }
  const values = { count: queue.waiting, age };
  if (waited >= LONG_WAIT_MS) return finding('warn', 'slow', values);
  return waited >= 10_000 ? finding('busy', 'busy', values) : undefined;
}

function refusedFinding({ minutes }) {
  const count = minutes.reduce((sum, { refused }) => sum + refused, 0);
  return count > 0 ? finding('warn', 'refused', { count }) : undefined;
}

function allIsWell({ crm, minutes, recent }) {
  const values = { crm: crmName(crm.name), count: minutes.reduce((sum, { synced }) => sum + synced, 0) };
  if (recent.length === 0 && values.count === 0) return finding('good', 'ready', values);
  return finding('good', values.count === 0 ? 'quiet' : 'good', values);
}
