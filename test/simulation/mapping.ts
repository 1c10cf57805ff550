/** A mapping with one field for every rule: `newest`, `if-empty`, `append`. Everybody who calls may be found or created. */
import type { CallRecord, MatchPolicy, Person, Phone } from '../../connectors/connector.ts';
import type { CallEvent } from '../../src/altur/event.ts';
import type { CompiledMapping } from '../../src/mapping/compile.ts';
import { BEGIN } from './clock.ts';
import type { CallContent, PlannedPerson } from './plan.ts';

export const POLICY: MatchPolicy = { onMissing: 'create', onMany: 'oldest', ifEmpty: ['name', 'phone'] };

/** The parts of a mapping that the worker uses. */
export interface SimulatedMapping extends Pick<CompiledMapping, 'toRecord' | 'skippedBy'> {
  identify(event: CallEvent): Person | undefined;
}

export function eventOf(content: CallContent): CallEvent {
  return { event_type: 'on_call_end', id: content.callId, content } as unknown as CallEvent;
}

export const contentOf = (event: CallEvent) =>
  (event as unknown as { readonly content: CallContent }).content;

/** Says by its text which version of which call wrote it. */
export const statusOf = ({ callId, version }: CallContent) => `${callId} v${version}`;
export const nameOf = ({ id }: PlannedPerson) => `name of ${id}`;

export function simulatedMapping(people: readonly PlannedPerson[]): SimulatedMapping {
  const identify = (event: CallEvent) => personOf(people, contentOf(event));
  return {
    identify,
    skippedBy: () => undefined,
    toRecord(event): CallRecord {
      const content = contentOf(event);
      const person = identify(event);
      const { callId, version, endedAtMs, followUp, isRejected } = content;
      const title = { field: 'title', value: callId, when: 'always' } as const;
      const fields = [
        title,
        { field: 'version', value: String(version), when: 'always' } as const,
        ...(isRejected ? [{ field: 'rejected', value: `RULE_${callId}`, when: 'always' } as const] : []),
      ];
      return {
        callId,
        endedAt: BEGIN + endedAtMs,
        ...(person && { person }),
        call: { fields },
        tasks: followUp ? [{ key: `${callId}:follow-up`, fields: [title] }] : [],
        skippedFields: [],
      };
    },
  };
}

function personOf(people: readonly PlannedPerson[], content: CallContent): Person | undefined {
  const planned = content.person === undefined ? undefined : people[content.person];
  if (!planned) return undefined;
  const { id, phone: e164 } = planned;
  const phone: Phone = { e164, national: [e164.slice(3)], textForms: [e164] };
  const key = content.byId ? id : `phone:${e164}`;
  return {
    key,
    hasExternalId: content.byId,
    identities: [
      { by: 'key', value: key },
      { by: 'phone', phone },
    ],
    fields: [
      { field: 'name', value: nameOf(planned), when: 'if-empty' },
      { field: 'phone', value: e164, when: 'if-empty' },
      { field: 'status', value: statusOf(content), when: 'newest' },
      { field: 'tags', value: [content.callId], when: 'append' },
    ],
  };
}
