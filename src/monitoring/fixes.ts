import { withTypedCommands } from '../../connectors/connector.ts';

/**
 * What to do about a call that is not in the CRM, by the code of the cause: the sentences of docs/troubleshooting.md that
 * say so, word for word; a test compares them.
 */
const FIXES: Readonly<Record<string, string>> = {
  ACCESS_DENIED:
    'Follow the message: the account’s subscription may not include this API, or the key may be restricted.',
  API_VERSION_UNKNOWN:
    'Check `HUBSPOT_API_URL`, or `SALESFORCE_LOGIN_URL` and `SALESFORCE_API_VERSION`; if they are right, the CRM has retired the version: update this software.',
  CAUSE_UNKNOWN:
    'Follow the text if it is the CRM’s; else look into the log of the workers for their ends (memory, disk, killed by the system). Then put it back with `altur-crm-sync failed retry`.',
  CREDENTIALS_REJECTED: 'Set them again as the message says, and restart.',
  CRM_LOCKED: 'Nothing to do.',
  CRM_MAINTENANCE: 'Nothing is to be done; see https://status.salesforce.com for how long.',
  CRM_RATE_LIMITED: 'Nothing to do; if it lasts, see which integration uses the quota.',
  CRM_REJECTED: 'Follow the reason, then `altur-crm-sync failed retry`.',
  CRM_REJECTS_EVERYTHING: 'Look at what was changed in the CRM lately; the message has the CRM’s own code.',
  CRM_UNAUTHORIZED: 'The message says what is missing.',
  CRM_UNAVAILABLE: 'Nothing to do, unless it lasts: see the CRM’s status page.',
  CRM_UNREACHABLE:
    'If it lasts, check the CRM’s address in the environment, DNS, proxy and firewall of this machine.',
  DISCARDED: 'Have Altur deliver it again, or send it with `altur-crm-sync send`.',
  DUPLICATE_RULE:
    'Let the integration user save duplicates in the rule, or merge the records it names, then `altur-crm-sync failed retry`.',
  EVENT_UNREADABLE:
    'Run the newest version of this software in every process, then `altur-crm-sync failed retry`. If it still cannot be read, discard it with `altur-crm-sync failed discard <call id>` and have Altur send the call again.',
  FIELD_MISSING:
    'Run `altur-crm-sync provision`, or check the field’s permissions; calls from then on fill it.',
  FIELD_READ_ONLY: 'Check the field’s permissions, or remove it from the mapping.',
  FIELD_REJECTED: 'Fix the field in the CRM or the mapping, then `altur-crm-sync failed retry`.',
  JOB_GONE: 'Have Altur deliver it again, or send it with `altur-crm-sync send`.',
  KEY_DIFFERS_IN_CASE:
    'Give one of the two customers another id in Altur, then `altur-crm-sync failed retry`.',
  KEY_FIELD_MISSING:
    'Run `altur-crm-sync provision` with a token or user that may create fields; the queue goes on by itself.',
  KEY_FIELD_NOT_LISTED: 'If it lasts longer than some minutes, run `altur-crm-sync doctor`.',
  KEY_FIELD_NOT_UNIQUE:
    'Delete the property in HubSpot (Settings → Properties) and run `altur-crm-sync provision`, which creates it as a unique one.',
  LEASE_LOST: 'If it happens often, check Redis and the machine’s load.',
  LINK_NOT_CONFIRMED: 'Nothing to do.',
  LINK_REJECTED:
    'Raise the limit or remove old associations in HubSpot (Settings → Objects → associations); then `altur-crm-sync resync <call id>`, or link the call by hand.',
  LIST_FULL: 'Lengthen the field, or use a multi-select field.',
  LOGIN_URL_MOVED: 'Set `SALESFORCE_LOGIN_URL` to the host in the message (Setup → My Domain) and restart.',
  LOOKUP_REJECTED:
    'Where the reason names a property, `match.by` in the mapping names one that cannot be looked up: fix the mapping or the property.',
  LOOKUP_TIMEOUT:
    'If it keeps happening, ask the org’s administrator to have Salesforce index the phone fields, or give customers an id (`f_id`) in Altur.',
  MATCH_FIELD_UNUSABLE: 'Fix the field, its permissions, or `match.by`.',
  NOT_TRIED: 'See the dead letters for what was rejected.',
  NO_RESULT: 'Nothing to do.',
  OPTION_MISSING: 'Add the option in the CRM, or translate the value with `values` in the mapping.',
  PERMISSION_MISSING:
    'Give the integration user the permission set `Altur CRM Sync` and API access (Salesforce), or the scope that the message names (HubSpot).',
  PERSON_BUSY: 'Nothing to do.',
  QUOTA_EXHAUSTED:
    'If the daily quota runs out regularly, see in the CRM which integration uses it, or buy more.',
  RECORD_BUSY: 'Nothing to do.',
  RECORD_CHANGED: 'Nothing to do.',
  RECORD_GONE: 'Fix it or the mapping, then `altur-crm-sync failed retry`.',
  RECORD_LOCKED: '`altur-crm-sync failed retry` once the process is over.',
  RECORD_REJECTED: 'Fix the rule, the permission or the mapping, then `altur-crm-sync failed retry`.',
  RELATION_HIDDEN: 'Give the user read access.',
  RESPONSE_NOT_FROM_CRM:
    'See proxies, firewalls and VPNs between this machine and the CRM, and its status page.',
  SCOPE_MISSING: 'Add the scope named to the key (Development → Keys → Service keys).',
  SHUTTING_DOWN: 'Nothing to do.',
  SIGN_IN_REFUSED:
    'With a client secret, see the External Client App’s consumer key and secret, its client credentials flow and its run-as user.',
  STORAGE_FULL: 'Delete records you no longer need, or buy storage.',
  TOKEN_INVALID:
    'Create a new service key (Development → Keys → Service keys), set `HUBSPOT_ACCESS_TOKEN`, and restart.',
  TOO_MANY_MATCHES:
    'Remove the number from them, or find people by another field (`match.by`); then `altur-crm-sync failed retry`.',
  UNEXPECTED_ERROR: 'Please report the log line `batch failed` with its stack.',
  VALUE_AMBIGUOUS: 'Declare `decimal` or `formats` in the mapping.',
  VALUE_NOT_STORED:
    'See in the CRM which workflow or rule changes the property, or remove it from the mapping.',
  VALUE_TOO_LONG: 'Lengthen the field or map it elsewhere.',
  VALUE_TYPE_MISMATCH: 'Fix what the assistant extracts, or map it to a text field.',
};

/** Undefined for a code that this version does not know. */
export function fixFor(code: string | undefined): string | undefined {
  return code !== undefined && Object.hasOwn(FIXES, code) ? withTypedCommands(FIXES[code]!) : undefined;
}

export const fixedCodes: readonly string[] = Object.keys(FIXES);
