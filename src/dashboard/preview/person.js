/** Who the person of the call is in the CRM: found or not, by what, how many match, and what the mapping makes of it. */
import { html, nothing } from '/dashboard/assets/lit-html/lit-html.js';
import { t } from './texts.js';

/** `lookUp`: whether the CRM is being asked (`isAsking`), and the `error` it answered. */
export function personSummary({ person, policy, knowsLaterCalls }, lookUp) {
  const { lookedUp } = person;
  const isLog = lookedUp?.logsCalls;
  return html`
    <div class="person">
      <p class="headline">${headline(lookedUp)}</p>
      ${lookedUp ? html`<p>${explanation(lookedUp, policy, isLog)}</p>` : html`<p class="faint">${policyText(policy)}</p>`}
      ${lookedUp?.linkOnly ? html`<p>${t('person.linkOnly')}</p>` : nothing}
      ${lookedUp?.assignedKey === undefined ? nothing : html`<p>${keyText(lookedUp.assignedKey)}</p>`}
      ${lookUp.error === undefined ? nothing : html`<p class="bad-text">${t('lookUp.failed')} ${lookUp.error}</p>`}
      <ol class="identities" aria-label=${t('identities.label')}>
        ${person.identities.map((identity, index) => step(identity, index, person))}
      </ol>
      ${lookedUp && knowsLaterCalls === false ? html`<p class="faint">${t('person.laterCallsUnknown')}</p>` : nothing}
    </div>`;
}

function headline(lookedUp) {
  if (!lookedUp) return html`<span class="badge">${t('lookUp.no')}</span>`;
  const { match, record, rejected } = lookedUp;
  if (rejected !== undefined)
    return html`<span class="badge bad">${t('match.rejected')}</span> <strong>${t('person.rejected')}</strong> <code>${rejected}</code>`;
  const kinds = { found: 'good', created: 'accent', none: 'warn', several: 'warn' };
  const title = record ? html`${t('person.record')} ${reference(record)}` : t(`person.${match}`);
  return html`<span class="badge ${kinds[match]}">${t(`match.${match}`)}</span> <strong>${title}</strong>`;
}

function explanation({ match, candidates, record, logsCalls }, { onMany }) {
  if (match === 'created') return t('person.created.why');
  if (match === 'none') return logsCalls ? t('person.none.logged') : t('person.none.skipped');
  const list = candidates.map(
    (each, index) =>
      html`${index === 0 ? '' : ', '}${reference(each)}${each.id === record?.id ? html` <span class="faint">(${t('person.used')})</span>` : nothing}`,
  );
  if (match === 'several') return html`${t('person.several.why', { count: candidates.length })} ${list}`;
  if (candidates.length < 2) return t('person.found.one');
  return html`${t('person.found.many', { count: candidates.length })} ${t(`onMany.${onMany}`)} ${list}`;
}

function policyText({ onMissing, onMany }) {
  return `${t(`policy.onMissing.${onMissing}`)} ${t(`policy.onMany.${onMany}`)}`;
}

function keyText(key) {
  const [before, after] = t('person.getsKey', { key: '\u0000' }).split('\u0000');
  return html`${before}<code>${key}</code>${after}`;
}

export function reference({ id, url }) {
  if (url === undefined) return html`<code class="id">${id}</code>`;
  return html`<a href=${url} target="_blank" rel="noopener noreferrer"><code class="id">${id}</code> ↗</a>`;
}

/** What the look-up made of an identity: those after the one that led to a record were not needed. */
function step(identity, index, { identities, lookedUp }) {
  const matched = lookedUp?.matchedBy ? identities.findIndex((each) => isSame(each, lookedUp.matchedBy)) : -1;
  const state = !lookedUp
    ? 'open'
    : matched === -1 || index < matched
      ? 'missed'
      : index === matched
        ? 'matched'
        : 'unneeded';
  const texts = {
    open: nothing,
    missed: t('identity.missed'),
    matched: t('identity.matched', { count: lookedUp?.candidates.length ?? 0 }),
    unneeded: t('identity.unneeded'),
  };
  return html`<li class=${state}>${identityText(identity)} <span class="outcome">${texts[state]}</span></li>`;
}

export function identityText({ by, value, field, phone }) {
  if (by === 'phone') return html`${t('identity.phone')} <code>${phone.e164}</code>`;
  if (by === 'field') return html`${t('identity.field')} <code>${field} = ${value}</code>`;
  return html`${by === 'key' ? t('identity.key') : t('identity.recordId')} <code>${value}</code>`;
}

function isSame(a, b) {
  return a.by === b.by && a.value === b.value && a.field === b.field && a.phone?.e164 === b.phone?.e164;
}
