/** The buttons that cure a cause. */
import { actionButton } from '../action-button.js';
import { askText, confirm } from '../dialog.js';
import { t } from '../i18n.js';
import { act } from '../server.js';

/** The CRM lacks the field. */
const FIELD_CODES = ['FIELD_MISSING', 'KEY_FIELD_MISSING'];

/** Of a group of dead letters. Those who cure the cause want the calls to be tried again. */
export function curesOf({ id, code, object, fields = [], count }) {
  const subject = `group ${id}`;
  const retry = () => act('retry', { group: id });
  const done = ({ count }) => t('done.retried', { count });
  const cure = cureOf({ object, fields, code });
  const buttons = [];
  if (cure) {
    const run = (answer) => afterwards(cure.run(answer), retry);
    const label = t(cure.retryLabel, { count });
    buttons.push(actionButton({ subject, label, ask: cure.ask, run, done, look: 'primary' }));
  }
  const look = cure ? '' : 'primary';
  buttons.push(actionButton({ subject, label: t('cure.retry', { count }), run: retry, done, look }));
  buttons.push(discardButton(subject, { group: id }, count));
  return buttons;
}

/** Of a field that was skipped: the calls are written already. */
export function curesOfField({ object, field, code }) {
  const subject = `field ${object} ${field} ${code}`;
  const cure = cureOf({ object, fields: [field], code });
  if (!cure) return '';
  const done = () => t(cure.done, { field });
  return actionButton({ subject, label: t(cure.label), ask: cure.ask, run: cure.run, done });
}

export function discardButton(subject, selection, count) {
  return actionButton({
    subject,
    label: t('cure.discard'),
    look: 'danger',
    ask: () =>
      confirm({
        title: t('discard.title', { count }),
        text: t('discard.text'),
        yes: t('discard.yes', { count }),
        danger: true,
      }),
    run: () => act('discard', selection),
    done: ({ count }) => t('done.discarded', { count }),
  });
}

/** What removes the cause in the CRM; undefined where only a person can, there. */
function cureOf({ object, fields, code }) {
  if (!object || fields.length === 0) return undefined;
  if (FIELD_CODES.includes(code)) {
    return {
      ...{ label: 'cure.createField', retryLabel: 'cure.createAndRetry', done: 'done.fieldCreated' },
      run: () => createFields(object, fields),
    };
  }
  if (code !== 'OPTION_MISSING') return undefined;
  const [field] = fields;
  return {
    ...{ label: 'cure.addOption', retryLabel: 'cure.addAndRetry', done: 'done.optionAdded' },
    ask: () =>
      askText({
        title: t('option.title', { field }),
        text: t('option.text'),
        label: t('option.label'),
        yes: t('option.yes'),
      }),
    run: (option) => act('add-option', { object, field, option }),
  };
}

/** One after the other: CRMs lock their schema while it changes. Stops at the first that fails. */
async function createFields(object, fields) {
  let result;
  for (const field of fields) {
    result = await act('create-field', { object, field });
    if (result.count === 0) break;
  }
  return result;
}

/** Not after a cure that failed. */
async function afterwards(cure, next) {
  const result = await cure;
  return result.count === 0 ? result : next();
}
