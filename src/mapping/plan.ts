/** The parts of a mapping that do not depend on the event: compiled rules, the match policy, the fields it names. */
import type { CrmObject, FieldDefinition, MatchPolicy } from '../../connectors/connector.ts';
import { type Calendar, DEFAULT_BUSINESS_HOURS } from './business-hours.ts';
import { type CompiledRule, compileFieldRules, type FieldRuleSettings } from './field-rules.ts';
import { type Language, MESSAGES } from './i18n.ts';
import { PersonIdentifier } from './identify.ts';
import type { FollowUpRule } from './schema/follow-up-rule.ts';
import type { MappingFile } from './schema/mapping-file.ts';

export interface MappingSettings {
  /** Two letters, for phone numbers without a country code. */
  readonly defaultCountry: string;
  readonly timeZone: string;
  readonly language: Language;
  /** The signed link to the recording of this call; undefined where none can be made. */
  recordingLink?(callId: string): string | undefined;
}

export interface MappingPlan extends Pick<MappingSettings, 'recordingLink'> {
  readonly file: MappingFile;
  readonly settings: FieldRuleSettings;
  readonly calendar: Calendar;
  readonly rules: Readonly<Record<CrmObject, readonly CompiledRule[]>>;
  /** By the name of the rule. */
  readonly followUps: readonly (readonly [string, FollowUpRule])[];
  readonly identifier: PersonIdentifier;
}

export function compilePlan(
  file: MappingFile,
  { timeZone, defaultCountry: country, language, recordingLink }: MappingSettings,
): MappingPlan {
  const settings: FieldRuleSettings = {
    timeZone,
    country,
    messages: MESSAGES[language],
    customFieldSuffix: file.extracted?.suffix ?? '',
    localize: (text) => (typeof text === 'string' ? text : text[language]),
  };
  const compile = (object: CrmObject) => compileFieldRules(object, file[object] ?? {}, settings);
  const hours = file.businessHours === undefined ? DEFAULT_BUSINESS_HOURS : file.businessHours;
  return {
    file,
    ...(recordingLink && { recordingLink }),
    settings,
    calendar: { hours, timeZone },
    rules: { person: compile('person'), call: compile('call'), task: compile('task') },
    followUps: Object.entries(file.followUps ?? {}).flatMap(([name, rule]) =>
      rule === null ? [] : [[name, rule] as const],
    ),
    identifier: new PersonIdentifier(file.match, country),
  };
}

export function matchPolicy({ file: { match }, rules }: MappingPlan): MatchPolicy {
  const [personObject, ...others] = match?.object === undefined ? [] : [match.object].flat();
  return {
    onMissing: match?.onMissing ?? 'create',
    onMany: match?.onMany ?? 'newest',
    ...(personObject !== undefined && { personObject, personObjects: [personObject, ...others] }),
    ...(match?.assignmentRules && { assignmentRules: true }),
    ...(match?.associate && { associate: match.associate }),
    matchFields: matchFields(match),
    ifEmpty: rules.person.filter(({ when }) => when === 'if-empty').map(({ name }) => name),
  };
}

/** Tasks count only where a follow-up makes some. */
export function writtenRules({ rules, followUps }: MappingPlan): readonly CompiledRule[] {
  return [...rules.person, ...rules.call, ...(followUps.length > 0 ? rules.task : [])];
}

export function fieldDefinitions(plan: MappingPlan): FieldDefinition[] {
  const keys = matchFields(plan.file.match);
  return writtenRules(plan).map(({ object, name, label, type }) => {
    const unique = object === 'person' && keys.includes(name);
    return { object, name, label, type, ...(unique && { unique }) };
  });
}

/** The fields of the customer's own that people are found by. */
function matchFields(match: MappingFile['match']): string[] {
  return (match?.by ?? []).flatMap((by) => (typeof by === 'object' ? by.field : []));
}
