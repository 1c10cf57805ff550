/** The buttons that cure a cause. */
import { actionButton } from '../action-button.js';
import { askText, confirm } from '../dialog.js';
import { t } from '../i18n.js';
import { act } from '../server.js';

/** The CRM lacks the field. */
const FIELD_CODES = ['FIELD_MISSING', 'KEY_FIELD_MISSING'];

/** Of a group of dead letters. Whoever cures the cause wants the calls to be tried again. */
export function curesOf({ id, code, object, fields = [], count }) {
  const subject = `group ${id}`;
  const [field] = fields;
  const retry = () => act('retry', { group: id });
  const retried = ({ count }) => t('done.retried', { count });
  const buttons = [];
  if (object && field && FIELD_CODES.includes(code)) {
    const run = () => afterwards(createField(object, field), retry);
    buttons.push(
      actionButton({
        subject,
        label: t('cure.createAndRetry', { count }),
        run,
        done: retried,
        look: 'primary',
      }),
    );
  }
  if (object && field && code === 'OPTION_MISSING') {
    const run = () => afterwards(addOption(object, field), retry);
    buttons.push(
      actionButton({ subject, label: t('cure.addAndRetry', { count }), run, done: retried, look: 'primary' }),
    );
  }
  const look = buttons.length === 0 ? 'primary' : '';
  buttons.push(actionButton({ subject, label: t('cure.retry', { count }), run: retry, done: retried, look }));
  buttons.push(discardButton(subject, { group: id }, count));
  return buttons;
}

/** Of a field that was skipped: the calls are written already. */
export function curesOfField({ object, field, code }) {
  const subject = `field ${object} ${field} ${code}`;
  if (FIELD_CODES.includes(code)) {
    const done = () => t('done.fieldCreated', { field });
    return actionButton({
      subject,
      label: t('cure.createField'),
      run: () => createField(object, field),
      done,
    });
  }
  if (code === 'OPTION_MISSING') {
    const done = () => t('done.optionAdded', { field });
    return actionButton({ subject, label: t('cure.addOption'), run: () => addOption(object, field), done });
  }
  return '';
}

export function discardButton(subject, selection, count) {
  return actionButton({
    subject,
    label: t('cure.discard'),
    look: 'danger',
    done: ({ count }) => t('done.discarded', { count }),
    async run() {
      const sure = await confirm({
        title: t('discard.title', { count }),
        text: t('discard.text'),
        yes: t('discard.yes', { count }),
        danger: true,
      });
      return sure ? act('discard', selection) : undefined;
    },
  });
}

function createField(object, field) {
  return act('create-field', { object, field });
}

async function addOption(object, field) {
  const option = await askText({
    title: t('option.title', { field }),
    text: t('option.text'),
    label: t('option.label'),
    yes: t('cure.addOption'),
  });
  return option ? act('add-option', { object, field, option }) : undefined;
}

/** Not after a cure that failed or was given up. */
async function afterwards(cure, next) {
  const result = await cure;
  return result === undefined || result.count === 0 ? result : next();
}
