/** Where a call is, in one sentence, and what that means. */
import { causeName, crmName, dateTime, dayName, duration, relative, t } from '../i18n.js';
import { isIncomplete } from './check.js';

export function sentenceOf(status) {
  const { title, detail, level } = SENTENCES[status.state](status);
  const earlier = status.synced && status.state !== 'synced' ? t('call.earlierVersion') : '';
  return { level, title, detail: [detail, earlier].filter(Boolean).join(' ') };
}

/** Within a sentence. A code stays as it is. */
function lowerFirst(name) {
  return /^[A-Z_]+$/.test(name) ? name : name.charAt(0).toLowerCase() + name.slice(1);
}

/** The notes of calls that were read from Altur's API, as src/worker/known-calls.ts writes them; a CRM's own stay as they are. */
const NOTES = {
  'written from Altur’s API': 'call.fromAltur',
  'written from Altur’s API, which has no transcript': 'call.fromAlturWithoutTranscript',
};

function noteText(note) {
  const parts = note.split('; ').map((part) => (NOTES[part] ? t(NOTES[part]) : `${upperFirst(part)}.`));
  return parts.join(' ');
}

const upperFirst = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function sentence(level, key, values = {}) {
  return { level, title: t(`call.${key}`, values), detail: t(`call.${key}.detail`, values) };
}

const SENTENCES = {
  synced({ synced }) {
    const { crm, account, unassigned, isOtherAccount, skippedFields, note } = synced;
    const values = { crm: crmName(crm), account: account?.name ?? crmName(crm), count: skippedFields.length };
    if (isIncomplete()) return sentence('bad', 'incomplete', values);
    const isUnlinked = skippedFields.some(({ code }) => code === 'LINK_REJECTED');
    const without = isUnlinked ? 'syncedUnlinked' : 'syncedWithout';
    const key = unassigned ? 'unassigned' : skippedFields.length > 0 ? without : 'synced';
    const { level, title } = isOtherAccount
      ? { level: 'warn', title: t('call.syncedElsewhere', values) }
      : sentence(key === 'synced' ? 'good' : 'warn', key, values);
    const details = [
      unassigned ? t(`unassigned.${unassigned}.detail`) : '',
      key === 'syncedUnlinked' ? t('call.syncedUnlinked.detail') : '',
      // That nobody matched is said already.
      note && !unassigned ? noteText(note) : '',
      t(isOtherAccount ? 'call.otherAccount' : 'call.account', values),
    ];
    return { level, title, detail: details.filter(Boolean).join(' ') };
  },
  'dead-letter': ({ cause }) => {
    if (cause?.code === 'DISCARDED') return sentence('none', 'discarded');
    if (cause?.code === 'JOB_GONE') return sentence('bad', 'jobGone');
    return sentence('bad', 'deadLetter', { cause: cause?.code ? lowerFirst(causeName(cause.code)) : '' });
  },
  retrying({ retry, now }) {
    const { attempts = 0, of = 0, nextAt } = retry ?? {};
    return sentence('warn', 'retrying', {
      attempts,
      of,
      when: nextAt ? relative(nextAt, now) : t('call.soon'),
    });
  },
  queued({ waiting, now }) {
    if (!waiting) return sentence('busy', 'queued');
    const { position, waiting: count, oldestWaitingSince, workersAlive, pause } = waiting;
    const values = {
      position: position ?? count,
      count,
      age: oldestWaitingSince === undefined ? '' : duration(now - oldestWaitingSince),
      workers: workersAlive,
      cause: pause?.code ? lowerFirst(causeName(pause.code)) : (pause?.reason ?? ''),
      when: pause ? relative(pause.until, now) : '',
    };
    if (workersAlive === 0) return sentence('bad', 'queuedNoWorker', values);
    if (!pause) return sentence('busy', 'queuedAt', values);
    return pause.kind === 'unauthorized'
      ? sentence('bad', 'queuedPausedPerson', values)
      : sentence('warn', 'queuedPaused', values);
  },
  'being-written': () => sentence('busy', 'beingWritten'),
  skipped: ({ skippedBy }) => sentence('none', 'skipped', { rule: skippedBy ?? '' }),
  unknown({ refused, atAltur }) {
    if (atAltur) {
      const { day, why, at, crm } = atAltur;
      const values = { crm: crmName(crm), when: at === undefined ? '' : dateTime(at) };
      return sentence('bad', 'atAltur', { day: dayName(day), why: t(`statement.why.${why}`, values) });
    }
    return refused ? sentence('warn', 'refusedOnly') : sentence('none', 'unknown');
  },
};
