/** A checked mapping file as a pure function: event and CRM schema in, neutral record out. Never throws for an event. */
import type {
  CallRecord,
  CrmObject,
  CrmSchema,
  FieldDefinition,
  Identity,
  LeftOut,
  MatchPolicy,
  Person,
} from '../../connectors/connector.ts';
import type { CallEvent } from '../altur/event.ts';
import { conversationOf } from './conversation.ts';
import { extractedDefinitions, extractedRules } from './extracted.ts';
import { compileFields, type FieldExplanation, type FieldRules, toWrites } from './fields.ts';
import { followUpOf, holds } from './followups.ts';
import type { CallRule, Localized, MappingFile } from './mapping.ts';
import { toPhone } from './phone.ts';
import { endOf, lookUp, type View, viewOf } from './view.ts';
import { type Language, WORDS } from './words.ts';

export interface MappingSettings {
  /** Two letters, for phone numbers without a country. */
  readonly defaultCountry: string;
  readonly timeZone: string;
  readonly language: Language;
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
  /** Every field with its value before and after, and why it is left out. */
  explain(event: CallEvent, schema: CrmSchema, receivedAt: number): readonly FieldExplanation[];
}

export function compileMapping(file: MappingFile, settings: MappingSettings): CompiledMapping {
  const words = WORDS[settings.language];
  const localize = (text: Localized) => (typeof text === 'string' ? text : text[settings.language]);
  const compile = (object: CrmObject) =>
    compileFields(object, file[object] ?? {}, { ...settings, words, localize });
  const rules = { person: compile('person'), call: compile('call'), task: compile('task') };
  const followUps = Object.entries(file.followUps ?? {});

  const toView = (event: CallEvent, receivedAt: number): View => {
    const view = viewOf(event, receivedAt);
    const call = view.call as View;
    const outcome = call.outcome as keyof typeof words.outcomes | undefined;
    const transcript = conversationOf(
      event,
      lookUp(view, 'customer.name') as string | undefined,
      words.speakers,
    );
    return { ...view, call: { ...call, outcome_text: outcome && words.outcomes[outcome], transcript } };
  };
  const personRules = (view: View): FieldRules => [
    ...rules.person,
    ...extractedRules(file.extracted, view, settings),
  ];

  const toRecord = (event: CallEvent, schema: CrmSchema, receivedAt: number): CallRecord => {
    const view = toView(event, receivedAt);
    const base = { callId: event.id, at: endOf(event, receivedAt), tasks: [], leftOut: [] };
    const treatment = treatmentOf(file.calls, view);
    if (treatment === 'skip') return base;

    const leftOut: LeftOut[] = [];
    const write = (object: CrmObject, some: FieldRules, from: View) => {
      const { writes, left } = toWrites(some, from, schema[object]);
      leftOut.push(...left.map(({ field, reason }) => ({ object, field, reason })));
      return writes;
    };
    const passive = treatment === 'log-only';
    const identified = identify(file, view, settings.defaultCountry);
    const person: Person | undefined = identified && {
      ...identified,
      fields: passive ? [] : write('person', personRules(view), view),
      ...(passive && { passive }),
    };
    const call = { fields: write('call', rules.call, view) };
    const tasks = followUps.flatMap(([name, rule]) => {
      if (!holds(rule, view)) return [];
      const follow_up = followUpOf(rule, view, { timeZone: settings.timeZone, words, localize });
      return [{ key: `${event.id}:${name}`, fields: write('task', rules.task, { ...view, follow_up }) }];
    });
    return { ...base, ...(person && { person }), call, tasks, leftOut };
  };

  return {
    policy: {
      onMissing: file.match?.onMissing ?? 'create',
      onMany: file.match?.onMany ?? 'newest',
      ...(file.match?.object !== undefined && { personObject: file.match.object }),
      ...(file.match?.associate && { associate: file.match.associate }),
      ifEmpty: rules.person.filter(({ when }) => when === 'if-empty').map(({ name }) => name),
    },
    objects: ['person', 'call', ...(followUps.length > 0 ? (['task'] as const) : [])],
    fields: [...rules.person, ...rules.call, ...(followUps.length > 0 ? rules.task : [])].map(
      ({ object, name, label, type }) => ({ object, name, label, type }),
    ),
    toRecord,
    identify: (event) => identify(file, viewOf(event, 0), settings.defaultCountry),
    extractedFields: (event) => extractedDefinitions(file.extracted, viewOf(event, Date.now())),
    explain(event, schema, receivedAt) {
      const view = toView(event, receivedAt);
      return [
        ...toWrites(personRules(view), view, schema.person).explanations,
        ...toWrites(rules.call, view, schema.call).explanations,
      ];
    },
  };
}

/** The first rule that fits the call decides; without one it is logged. */
function treatmentOf(rules: readonly CallRule[] = [], view: View): CallRule['do'] {
  const outcome = lookUp(view, 'call.outcome');
  const direction = lookUp(view, 'call.direction');
  const seconds = lookUp(view, 'call.duration');
  const rule = rules.find((each) => {
    if (each.outcome !== undefined && ![each.outcome].flat().some((name) => name === outcome)) return false;
    if (each.direction !== undefined && each.direction !== direction) return false;
    if (each.shorterThan !== undefined && !(typeof seconds === 'number' && seconds < each.shorterThan))
      return false;
    return each.longerThan === undefined || (typeof seconds === 'number' && seconds > each.longerThan);
  });
  return rule?.do ?? 'log';
}

/** Who the call was with: by the customer's own id, else by the number. */
function identify(file: MappingFile, view: View, country: string): Omit<Person, 'fields'> | undefined {
  const id = lookUp(view, 'customer.id') as string | undefined;
  const number = lookUp(view, 'customer.phone') as string | undefined;
  const phone = number === undefined ? undefined : toPhone(number, country);
  const key = id ?? (phone && `phone:${phone.e164}`);
  if (key === undefined) return undefined;
  const identities = (file.match?.by ?? ['key', 'phone']).flatMap((by): Identity[] => {
    if (by === 'phone') return phone ? [{ by, phone }] : [];
    if (by === 'key') return [{ by, value: key }];
    if (id === undefined) return [];
    return by === 'record-id' ? [{ by, value: id }] : [{ by: 'field', field: by.field, value: id }];
  });
  // Our own key always leads back to a person we have written before.
  if (!identities.some(({ by }) => by === 'key')) identities.unshift({ by: 'key', value: key });
  return { key, claimed: id !== undefined, identities };
}
