/**
 * Buttons that act on the service. A button that was pressed stays busy until the answer is there, however often the page
 * is drawn meanwhile; pressing it again does nothing. It is not `disabled`, which would take the focus from it.
 */

import { t } from './i18n.js';
import { html, nothing } from './lit-html/lit-html.js';
import { toast } from './toast.js';

/** Subject → the label of the button that was pressed. */
const busy = new Map();
const page = { draw: () => {}, readNow: async () => {} };

/** `draw` shows the page again, `readNow` reads its data first. */
export function actionsChange(change) {
  Object.assign(page, change);
}

/** Whether an action on this subject is under way. */
export const isBusy = (subject) => busy.has(subject);

/**
 * `subject`: what is acted on, one action at a time. `ask` asks the person first and resolves with their answer, undefined
 * when they changed their mind; `run` gets it, and resolves with the action's result, of which `done` makes a sentence.
 */
export function actionButton({ subject, label, ask = async () => true, run, done, look = '' }) {
  const isPressed = busy.get(subject) === label;
  const press = async () => {
    if (busy.has(subject)) return;
    const answer = await ask();
    if (answer !== undefined) await start(subject, label, () => run(answer), done);
  };
  return html`<button
    type="button"
    class=${look}
    aria-disabled=${busy.has(subject) ? 'true' : nothing}
    aria-busy=${isPressed ? 'true' : nothing}
    @click=${press}
  >${label}</button>`;
}

async function start(subject, label, run, done) {
  busy.set(subject, label);
  page.draw();
  try {
    report(await run(), done);
  } catch (error) {
    toast(error.message, { failed: true });
  } finally {
    await page.readNow();
    busy.delete(subject);
    page.draw();
    // The button may be gone with what it has cured: the keyboard goes on from the page, not from the top.
    if (document.activeElement === document.body) document.getElementById('main').focus();
  }
}

function report(result, done) {
  const problems = result.problems ?? [];
  if (result.count > 0 || problems.length === 0) toast(done(result));
  if (problems.length > 0) toast([t('action.problems'), ...problems].join(' '), { failed: true });
}
