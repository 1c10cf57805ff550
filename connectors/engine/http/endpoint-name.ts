/** Names the endpoint of a request for counting: few names, and nothing of a record or a person in them. */

/** `v3`, `v64.0`, `64.0`, `2026-03`: an org or portal is served one or two of them. */
const VERSION = /^(v?\d{1,3}(\.\d{1,2})|v\d{1,3}|20\d\d-\d\d(-beta)?)$/;
/** The fixed parts of paths: `batch`, `account-info`, `oauth2`. Ids, keys, numbers and addresses are none. */
const WORD = /^[a-z][a-z-]{0,29}\d?$/i;
/** A field of the customer's own is followed by a value of it: `/Contact/Key__c/maria`. */
const CUSTOM_FIELD = /__\w$/;

/** The path without its query, everything but versions and fixed words as `:id`: `/crm/v3/objects/contacts/:id`. */
export function endpointOf(path: string): string {
  const [plain = ''] = path.split(/[?#]/);
  const segments = plain.split('/');
  return segments
    .map((segment, index) => {
      if (segment === '') return segment;
      const isValue = CUSTOM_FIELD.test(segments[index - 1] ?? '');
      return !isValue && (VERSION.test(segment) || WORD.test(segment)) ? segment : ':id';
    })
    .join('/');
}
