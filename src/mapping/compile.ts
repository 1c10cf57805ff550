/** A checked mapping file as a pure function: event and CRM schema in, neutral record out. Never throws for an event. */
import type {
  CallRecord,
  CrmObject,
  CrmSchema,
  FieldDefinition,
  MatchPolicy,
  Person,
  SkippedField,
} from '../../connectors/connector.ts';
import type { CallEvent } from '../altur/event.ts';
import { OFFICE_HOURS } from './business-hours.ts';
import { type Treatment, treatmentOf } from './call-filter.ts';
import { holds } from './conditions.ts';
import { endOf, lookUp, type View, viewOf } from './event-view.ts';
import { extractedDefinitions, extractedRules } from './extracted-data.ts';
import { compileFields, type FieldExplanation, type FieldRules, toWrites } from './fields.ts';
import { followUpOf } from './follow-ups.ts';
import { type Language, WORDS } from './i18n.ts';
import { identify } from './identify.ts';
import { ownerOf } from './owner.ts';
import type { FollowUpRule, Localized, MappingFile } from './schema.ts';
import { conversationOf } from './transcript.ts';

export interface MappingSettings {
  /** Two letters, for phone numbers without a country. */
  readonly defaultCountry: string;
  readonly timeZone: string;
  readonly language: Language;
}

/** A record, and how it came about. */
export interface Explained {
  readonly record: CallRecord;
  readonly treatment: Treatment;
  /** Every field of the mapping with its value before and after, and why it is left out. */
  readonly fields: readonly FieldExplanation[];
}

export interface CompiledMapping {
  readonly policy: MatchPolicy;
  /** The kinds of record it writes. */
  readonly objects: readonly CrmObject[];
  /** Every field it names, for `provision` and `doctor`. */
  readonly fields: readonly FieldDefinition[];
  toRecord(event: CallEvent, schema: CrmSchema, receivedAt: number): CallRecord;
  /** Who the call was with, as in its record; needs no schema. */
  identify(event: CallEvent): Omit<Person, 'fields'> | undefined;
  /** The fields an example event's extracted data would fill, with types inferred from it. */
  extractedFields(event: CallEvent): readonly FieldDefinition[];
  explain(event: CallEvent, schema: CrmSchema, receivedAt: number): Explained;
}

export function compileMapping(file: MappingFile, settings: MappingSettings): CompiledMapping {
  const { timeZone, defaultCountry: country } = settings;
  const words = WORDS[settings.language];
  const localize = (text: Localized) => (typeof text === 'string' ? text : text[settings.language]);
  const reading = { timeZone, country, words, localize };
  const compile = (object: CrmObject) => compileFields(object, file[object] ?? {}, reading);
  const rules = { person: compile('person'), call: compile('call'), task: compile('task') };
  const followUps = Object.entries(file.followUps ?? {}).filter(
    (entry): entry is [string, FollowUpRule] => entry[1] !== null,
  );
  const planning = { ...reading, owner: file.owner, hours: businessHoursOf(file) };

  const toView = (event: CallEvent, receivedAt: number): View => {
    const view = viewOf(event, receivedAt, timeZone);
    const call = view.call as View;
    const outcome = call.outcome as keyof typeof words.outcomes | undefined;
    const customerName = lookUp(view, 'customer.name') as string | undefined;
    const further = {
      outcome_text: outcome && words.outcomes[outcome],
      transcript: conversationOf(event, customerName, words.speakers, timeZone),
    };
    const told = { ...view, call: { ...call, ...further } };
    return { ...told, call: { ...told.call, owner: ownerOf(file.owner, told) } };
  };

  const explain = (event: CallEvent, schema: CrmSchema, receivedAt: number): Explained => {
    const view = toView(event, receivedAt);
    const treatment = treatmentOf(file.calls, view);
    const base = {
      callId: event.id,
      endedAt: endOf(event, receivedAt, timeZone),
      tasks: [],
      skippedFields: [],
    };
    if (treatment === 'skip') return { record: base, treatment, fields: [] };

    const skippedFields: SkippedField[] = [];
    const fields: FieldExplanation[] = [];
    const write = (object: CrmObject, some: FieldRules, from: View, task?: string) => {
      const { writes, left, explanations } = toWrites(some, from, schema[object]);
      skippedFields.push(
        ...left.map(({ field, reason }) => ({ object, field, code: 'FIELD_SKIPPED', reason })),
      );
      fields.push(...explanations.map((each) => (task === undefined ? each : { ...each, task })));
      return writes;
    };
    const linkOnly = treatment === 'log-only';
    const identified = identify(file.match, view, country);
    const personRules = () => {
      const own = new Set(rules.person.map(({ name }) => name));
      // A field the mapping names gets what the mapping says, whatever extracted data are called.
      const others = extractedRules(file.extracted, view, reading).filter(({ name }) => !own.has(name));
      return [...rules.person, ...others];
    };
    const person = identified && {
      ...identified,
      fields: linkOnly ? [] : write('person', personRules(), view),
      ...(linkOnly && { linkOnly }),
    };
    const call = { fields: write('call', rules.call, view) };
    const tasks = followUps.flatMap(([name, rule]) => {
      if (!holds(rule, view)) return [];
      const asked = { ...view, follow_up: followUpOf(rule, view, planning) };
      return [{ key: `${event.id}:${name}`, fields: write('task', rules.task, asked, name) }];
    });
    return { record: { ...base, ...(person && { person }), call, tasks, skippedFields }, treatment, fields };
  };

  const matchFields = (file.match?.by ?? []).flatMap((by) => (typeof by === 'object' ? by.field : []));
  return {
    policy: {
      onMissing: file.match?.onMissing ?? 'create',
      onMany: file.match?.onMany ?? 'newest',
      ...(file.match?.object !== undefined && { personObject: file.match.object }),
      ...(file.match?.associate && { associate: file.match.associate }),
      matchFields,
      ifEmpty: rules.person.filter(({ when }) => when === 'if-empty').map(({ name }) => name),
    },
    objects: ['person', 'call', ...(followUps.length > 0 ? (['task'] as const) : [])],
    fields: [...rules.person, ...rules.call, ...(followUps.length > 0 ? rules.task : [])].map(
      ({ object, name, label, type }) => {
        const unique = object === 'person' && matchFields.includes(name);
        return { object, name, label, type, ...(unique && { unique }) };
      },
    ),
    toRecord: (event, schema, receivedAt) => explain(event, schema, receivedAt).record,
    identify: (event) => identify(file.match, viewOf(event, 0, timeZone), country),
    extractedFields: (event) => extractedDefinitions(file.extracted, viewOf(event, Date.now(), timeZone)),
    explain,
  };
}

function businessHoursOf({ businessHours }: MappingFile) {
  return businessHours === undefined ? OFFICE_HOURS : businessHours;
}
