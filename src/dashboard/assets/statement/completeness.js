/** Whether a statement may say that all is there: nothing is missing, and every campaign could be read. */

import { t } from '../i18n.js';

export function completeness({ listed, unlisted, unreadCampaigns = [] }) {
  const missing = listed.missing + unlisted.missing;
  if (missing > 0) return { level: 'bad', text: t('statement.missing', { count: missing }) };
  if (unreadCampaigns.length > 0) return { level: 'warn', text: t('statement.incomplete') };
  return { level: 'good', text: t('statement.complete') };
}
