/** The line above the records: whether they can be shown, and by which fields. */
import { t } from './texts.js';

export function stateText({ preview, error, event = [], mapping = [], invalidFields = [] }, crm) {
  if (error) return error;
  if (!preview) {
    const both = event.length > 0 && mapping.length > 0;
    return t(both ? 'state.fixBoth' : event.length > 0 ? 'state.fixEvent' : 'state.fixMapping');
  }
  const { account, note, schema } = preview;
  const parts = [
    note && t('state.noAnswer', { note }),
    schema !== 'live' && t('state.assumed'),
    schema === 'live' &&
      (account ? t('state.liveIn', { crm, account: account.name }) : t('state.live', { crm })),
    invalidFields.length > 0 && t('state.invalidFields', { fields: invalidFields.join(', ') }),
  ];
  return parts.filter(Boolean).join(' ');
}
