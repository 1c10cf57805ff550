/** A checked mapping file, compiled to pure functions of an event and the CRM's schema. They never throw for an event. */
import type {
  CallRecord,
  CrmObject,
  CrmSchema,
  FieldDefinition,
  MatchPolicy,
  NamedOwner,
} from '../../connectors/connector.ts';
import type { CallEvent } from '../altur/event.ts';
import { type CrmMismatch, compareWithCrm } from './against-crm.ts';
import { applyMapping, toCallRecord } from './apply-mapping.ts';
import { skippingRule } from './call-filter.ts';
import { toEventView } from './event-view.ts';
import { type Explanation, explain } from './explain.ts';
import { extractedDefinitions } from './extracted-data.ts';
import type { PersonIdentity } from './identify.ts';
import { namedOwners } from './named-owners.ts';
import { compilePlan, fieldDefinitions, type MappingSettings, matchPolicy, writtenRules } from './plan.ts';
import type { MappingFile } from './schema/mapping-file.ts';

export interface CompiledMapping {
  readonly policy: MatchPolicy;
  /** The kinds of record it writes. */
  readonly objects: readonly CrmObject[];
  /** Every field it names, for `provision` and `doctor`. */
  readonly fields: readonly FieldDefinition[];
  /** What it would write and this CRM would not take, for `doctor`. */
  compareWithCrm(schema: CrmSchema): readonly CrmMismatch[];
  /** Ids that it names as owners, for `doctor`. */
  readonly owners: readonly NamedOwner[];
  toRecord(event: CallEvent, schema: CrmSchema, receivedAt: number): CallRecord;
  /** The rule that skips the call, as a reader finds it in the mapping; undefined when none does. */
  skippedBy(event: CallEvent, receivedAt: number): string | undefined;
  /** The record, and how each of its fields came about: for previews. */
  explain(event: CallEvent, schema: CrmSchema, receivedAt: number): Explanation;
  /** Who the call was with, as in its record; needs no schema. */
  identify(event: CallEvent): PersonIdentity | undefined;
  /** The fields that an example event's extracted data would fill, with types inferred from it. */
  extractedFields(event: CallEvent): readonly FieldDefinition[];
}

export function compileMapping(file: MappingFile, settings: MappingSettings): CompiledMapping {
  const plan = compilePlan(file, settings);
  return {
    policy: matchPolicy(plan),
    objects: plan.followUps.length > 0 ? ['person', 'call', 'task'] : ['person', 'call'],
    fields: fieldDefinitions(plan),
    compareWithCrm: (schema) => compareWithCrm(writtenRules(plan), schema),
    owners: namedOwners(file),
    toRecord: (event, schema, receivedAt) => toCallRecord(applyMapping(plan, event, schema, receivedAt)),
    skippedBy: (event, receivedAt) =>
      skippingRule(file.calls, toEventView(event, receivedAt, settings.timeZone)),
    explain: (event, schema, receivedAt) => explain(applyMapping(plan, event, schema, receivedAt)),
    identify: (event) => plan.identifier.identify(event),
    extractedFields: (event) =>
      extractedDefinitions(file.extracted, toEventView(event, 0, settings.timeZone)),
  };
}
