/** On a narrow screen one part is shown at a time. */
import { t } from './texts.js';

export function setUpTabs(columns) {
  const tabs = [...document.querySelectorAll('[role="tab"]')];
  const choose = (chosen) => {
    columns.dataset.tab = chosen.dataset.tab;
    for (const tab of tabs) {
      tab.setAttribute('aria-selected', String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
    }
  };
  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener('click', () => choose(tab));
    tab.addEventListener('keydown', ({ key }) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
      if (step === undefined) return;
      const next = tabs.at((index + step) % tabs.length);
      choose(next);
      next.focus();
    });
  }
  choose(tabs[0]);
  return {
    /** How many mistakes each part has. */
    count(counts) {
      for (const [name, count] of Object.entries(counts)) {
        const shown = document.getElementById(`count-${name}`);
        shown.hidden = count === 0;
        shown.textContent = count === 0 ? '' : String(count);
        shown.title = t('issue.count', { count });
      }
    },
  };
}
