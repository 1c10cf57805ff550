/**
 * What the records of a call must hold, written down from the documentation of the defaults and not with the product's
 * mapping.
 */
import { keyOf, OUR_NUMBER, type PlannedCall, type PlannedPerson, secondsOf, statusOf } from './plan.ts';

type Fields = Readonly<Record<string, string>>;

export interface ExpectedFields {
  /** What never changes. */
  person(person: PlannedPerson): Fields;
  /** What the call that ended last says of its person. */
  newest(call: PlannedCall, version: number): Fields;
  call(call: PlannedCall, version: number): Fields;
  followUp(call: PlannedCall): Fields;
}

const OUTCOMES = { ended: 'Connected', busy: 'Busy', 'no-answer': 'No answer' };
const STATUSES = { ended: 'COMPLETED', busy: 'BUSY', 'no-answer': 'NO_ANSWER' };

const firstName = (name: string) => name.slice(0, name.indexOf(' '));
const lastName = (name: string) => name.slice(name.indexOf(' ') + 1);
const subject = (call: PlannedCall) => `Call ${call.person.name} back`;
const title = ({ person, status }: PlannedCall) => `Altur call: ${person.name} (${OUTCOMES[status]})`;
const numbers = ({ type, person: { phone } }: PlannedCall) =>
  type === 'inbound' ? [phone, OUR_NUMBER] : [OUR_NUMBER, phone];

export const HUBSPOT_FIELDS: ExpectedFields = {
  person: (person) => ({
    altur_person_key: keyOf(person),
    firstname: firstName(person.name),
    lastname: lastName(person.name),
    phone: person.phone,
  }),
  newest: (call, version) => ({
    altur_status: statusOf(call.id, version),
    altur_tags: call.tags.join(';'),
    altur_last_call_at: call.endedAt.toISOString(),
  }),
  call(call, version) {
    const [from = '', to = ''] = numbers(call);
    return {
      altur_call_id: call.id,
      hs_call_title: title(call),
      hs_call_direction: call.type.toUpperCase(),
      hs_call_status: STATUSES[call.status],
      hs_call_duration: `${secondsOf(call, version) * 1_000}`,
      hs_call_from_number: from,
      hs_call_to_number: to,
      hs_timestamp: call.startedAt.toISOString(),
    };
  },
  followUp: (call) => ({ altur_task_key: `${call.id}:call-back`, hs_task_subject: subject(call) }),
};

/** Mexico's, which knows no daylight saving time: UTC-6. */
const dayInMexico = (at: Date) => new Date(at.getTime() - 6 * 3_600_000).toISOString().slice(0, 10);

export const SALESFORCE_FIELDS: ExpectedFields = {
  person: (person) => ({
    Altur_Person_Key__c: keyOf(person),
    FirstName: firstName(person.name),
    LastName: lastName(person.name),
    Phone: person.phone,
  }),
  newest: (call, version) => ({
    Altur_Status__c: statusOf(call.id, version),
    Altur_Tags__c: call.tags.join(';'),
    Altur_Last_Call_At__c: call.endedAt.toISOString(),
  }),
  call: (call, version) => ({
    Altur_Call_Id__c: call.id,
    Subject: title(call),
    TaskSubtype: 'Call',
    Status: 'Completed',
    CallType: call.type === 'inbound' ? 'Inbound' : 'Outbound',
    CallDurationInSeconds: `${secondsOf(call, version)}`,
    CallDisposition: OUTCOMES[call.status],
    ActivityDate: dayInMexico(call.endedAt),
  }),
  followUp: (call) => ({ Altur_Call_Id__c: `${call.id}:call-back`, Subject: subject(call) }),
};
