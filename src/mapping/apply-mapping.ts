/**
 * Applies a mapping to one event. The result holds what each field rule made of it; from it come the neutral record,
 * and for previews the explanation of every field.
 */
import type { Activity, CallRecord, CrmSchema } from '../../connectors/connector.ts';
import type { CallEvent } from '../altur/event.ts';
import { type CallAction, callActionFor } from './call-filter.ts';
import { conditionsHold } from './conditions.ts';
import { type EventView, endedAtOf, lookUp, toEventView } from './event-view.ts';
import { extractedRules } from './extracted-data.ts';
import { applyRules, type FieldResult, toRenewedLines, toSkippedFields, toWrites } from './fields.ts';
import { followUpView } from './follow-ups.ts';
import type { PersonIdentity } from './identify.ts';
import { ownerOf } from './owner.ts';
import type { MappingPlan } from './plan.ts';
import { recordingView } from './recording-paths.ts';
import type { CallOutcome } from './schema/call-rule.ts';
import { formatTranscript } from './transcript.ts';

export interface MappedCall {
  readonly callId: string;
  readonly endedAt: number;
  readonly callAction: CallAction;
  /** Absent when the event names nobody. */
  readonly person?: { readonly identity: PersonIdentity; readonly fields: readonly FieldResult[] };
  /** Absent when the mapping skips the call. */
  readonly call?: readonly FieldResult[];
  readonly tasks: readonly MappedTask[];
}

interface MappedTask {
  /** The name of the follow-up rule. */
  readonly rule: string;
  readonly fields: readonly FieldResult[];
}

export function applyMapping(
  plan: MappingPlan,
  event: CallEvent,
  schema: CrmSchema,
  receivedAt: number,
): MappedCall {
  const { timeZone } = plan.settings;
  const base = toEventView(event, receivedAt, timeZone);
  const callAction = callActionFor(plan.file.calls, base);
  const mapped = { callId: event.id, endedAt: endedAtOf(event, receivedAt, timeZone), callAction };
  if (callAction === 'skip') return { ...mapped, tasks: [] };

  const view = withDerivedValues(plan, event, base);
  const identity = plan.identifier.identify(event);
  const personRules = callAction === 'log-only' ? [] : personRulesFor(plan, view);
  return {
    ...mapped,
    ...(identity && { person: { identity, fields: applyRules(personRules, view, schema.person) } }),
    call: applyRules(plan.rules.call, view, schema.call),
    tasks: mapFollowUps(plan, view, schema),
  };
}

/** Adds what depends on settings: the texts of the language, the link to the recording; and the mapping's owner. */
function withDerivedValues(
  { file, settings: { messages, timeZone }, recordingLink }: MappingPlan,
  event: CallEvent,
  view: EventView,
): EventView {
  const customerName = lookUp(view, 'customer.name') as string | undefined;
  const outcome = lookUp(view, 'call.outcome') as CallOutcome | undefined;
  const call = {
    ...(view.call as EventView),
    ...recordingView(event, recordingLink),
    outcome_text: outcome && messages.outcomes[outcome],
    transcript: event.transcript_unavailable
      ? messages.transcriptUnavailable
      : formatTranscript(event, customerName, messages.speakers, timeZone),
  };
  return { ...view, call: { ...call, owner: ownerOf(file.owner, { ...view, call }) } };
}

/** A field that the mapping names takes what the mapping says, never extracted data of the same name. */
function personRulesFor({ file, rules, settings }: MappingPlan, view: EventView) {
  const named = new Set(rules.person.map(({ name }) => name));
  const extracted = extractedRules(file.extracted, view, settings);
  return [...rules.person, ...extracted.filter(({ name }) => !named.has(name))];
}

function mapFollowUps(plan: MappingPlan, view: EventView, schema: CrmSchema): MappedTask[] {
  const { file, settings, calendar, followUps, rules } = plan;
  return followUps
    .filter(([, rule]) => conditionsHold(rule, view))
    .map(([name, rule]) => {
      const follow_up = followUpView(rule, view, { ...settings, calendar, owner: file.owner });
      return { rule: name, fields: applyRules(rules.task, { ...view, follow_up }, schema.task) };
    });
}

export function toCallRecord(mapped: MappedCall): CallRecord {
  const { callId, endedAt, callAction, person, call, tasks } = mapped;
  return {
    callId,
    endedAt,
    ...(person && {
      person: {
        ...person.identity,
        fields: toWrites(person.fields, endedAt),
        ...(callAction === 'log-only' && { linkOnly: true }),
      },
    }),
    ...(call && { call: toActivity(call, endedAt) }),
    tasks: tasks.map(({ rule, fields }) => ({ key: `${callId}:${rule}`, fields: toWrites(fields, endedAt) })),
    skippedFields: toSkippedFields(fieldResults(mapped).map(({ result }) => result)),
  };
}

function toActivity(call: readonly FieldResult[], endedAt: number): Activity {
  const renewedLines = toRenewedLines(call);
  return { fields: toWrites(call, endedAt), ...(renewedLines.length > 0 && { renewedLines }) };
}

/** All fields in the order in which they are written; `task` is the follow-up rule of a task's field. */
export function fieldResults({ person, call, tasks }: MappedCall) {
  const record = [...(person?.fields ?? []), ...(call ?? [])];
  return [
    ...record.map((result): { result: FieldResult; task?: string } => ({ result })),
    ...tasks.flatMap(({ rule, fields }) => fields.map((result) => ({ result, task: rule }))),
  ];
}
