/** A call as the API describes it: in the list of its campaign, and by itself. */
import type { SimulatedCall } from './call.ts';
import { API_PATH } from './request-kind.ts';
import type { Settings } from './settings.ts';
import { durationText, timeText } from './time-text.ts';

/** https://docs.altur.io/es/api-reference/campaigns/retrieve-calls */
export function listedCall(call: SimulatedCall, settings: Settings, origin: string): object {
  return { ...callFields(call, settings, origin, 'list'), ...personFields(call, settings) };
}

/** https://docs.altur.io/en/api-reference/calls/retrieve: a thread, but no transcript. */
export function singleCall(
  call: SimulatedCall,
  threadId: string,
  settings: Settings,
  origin: string,
): object {
  return {
    ...callFields(call, settings, origin, 'single'),
    phone_number_from: call.from,
    phone_number_to: call.to,
    ...(settings.callHasContact && personFields(call, settings)),
    thread: { id: threadId },
  };
}

function callFields(
  call: SimulatedCall,
  settings: Settings,
  origin: string,
  page: 'list' | 'single',
): object {
  const { id, type, status, answeredBy, createdAt, startedAt, endedAt, duration, billedDuration } = call;
  const billedByDocument = page === 'list' ? 'billed_duration' : 'billable_duration';
  const billedName = settings.billedName === 'documented' ? billedByDocument : settings.billedName;
  const path = `${API_PATH}/call/${encodeURIComponent(id)}/recording`;
  return {
    ...{ id, type, status, answered_by: answeredBy },
    created_at: timeText(createdAt, settings),
    started_at: timeText(startedAt, settings),
    ended_at: timeText(endedAt, settings),
    duration: durationText(duration, settings),
    [billedName]: durationText(billedDuration, settings),
    recording_url: call.hasRecording ? (settings.recordingUrl === 'relative' ? path : origin + path) : null,
    ...agentField(call, settings, page),
  };
}

function agentField({ agent }: SimulatedCall, { agentName }: Settings, page: 'list' | 'single'): object {
  if (agentName !== 'documented') return { [agentName]: agent };
  return page === 'list' ? {} : { agent };
}

function personFields({ contact, extractedData, tags }: SimulatedCall, settings: Settings): object {
  return {
    contact,
    extracted_data: extractedData,
    tags: settings.tags === 'names' ? tags : tags.map(tagObject),
  };
}

function tagObject(name: string, index: number): object {
  return { id: index + 1, name, color: '#7c3aed' };
}
