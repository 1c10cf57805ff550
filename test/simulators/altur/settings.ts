import { RECORDING_DEFAULTS, type RecordingSettings } from './recording-settings.ts';

/**
 * How this account of Altur behaves; may be changed while it runs. "Unverified" marks guesses: the documentation that
 * could be read (https://docs.altur.io) does not say it, or its pages differ.
 */
export interface Settings {
  apiKey: string;
  /** Requests per second, per key: 12 on campaign endpoints. Unverified for the others. */
  rateLimit: RateLimitSettings;
  /** Ids are integers in webhooks. */
  campaignIds: 'integer' | 'text';
  campaignPaging: 'cursor' | 'index';
  /** Of a cursor's page: older pages say `has_more`, newer ones `has_next`. */
  cursorFlag: 'has_more' | 'has_next';
  /** The query's name of the cursor; unverified. */
  cursorParameter: string;
  campaignPageSize: number;
  callPaging: 'index' | 'cursor';
  /** Unverified. */
  callOrder: 'newest-first' | 'oldest-first';
  /** Rows beyond this cannot be paged to; documented for contacts. */
  maxRows: number;
  /** What a list is called in the answer, and whether its paging is in an object of its own; unverified. */
  envelope: Envelope;
  /** Whether startDate and endDate are instants, or only days of the project's time zone count; unverified. */
  dateFilter: 'instant' | 'day';
  /** The end of the window is part of it; unverified. */
  endDateIncluded: boolean;
  /** `2025-10-03T19:11:39Z`, `2025-10-03T13:11:39.000000-06:00`, or `2025-10-03 19:11:39` in one of two zones. */
  times: 'utc' | 'offset' | 'zoneless-utc' | 'zoneless-local';
  /** The project's time zone: that of Mexico City. */
  utcOffsetHours: number;
  /** 46, or "00:46". */
  durations: 'seconds' | 'clock';
  /** As documented, lists say `billed_duration` and a single call `billable_duration`. */
  billedName: 'documented' | 'billed_duration' | 'billable_duration';
  /** As documented, lists do not name it and a single call says `agent`. */
  agentName: 'documented' | 'agent' | 'assistant' | 'chatbot';
  /** Names, as in lists and webhooks, or `{id,name,color}`, as on threads. */
  tags: 'names' | 'objects';
  /** A single call has the contact, the extracted data and the tags as well; unverified. */
  callHasContact: boolean;
  /** A thread belongs to a person, and has the messages of all of their calls, or to a call; unverified. */
  threads: 'per-person' | 'per-call';
  messages: MessageSettings;
  recordingUrl: 'relative' | 'absolute';
  /** Of calls that have none of their own. */
  recording: RecordingSettings;
  /** So many calls are added to a campaign after each page of its calls: all later rows shift. */
  callsAddedPerPage: number;
  /** Called after each page of calls was answered; not from another process. */
  onPage: ((page: CallsPage) => void) | undefined;
  /** The least time that a response takes. */
  latencyMs: number;
}

/** A page that was answered. */
export interface CallsPage {
  readonly campaignId: string;
  /** Counted from 1, of all pages of this campaign's calls. */
  readonly nth: number;
  readonly callIds: readonly string[];
}

export interface RateLimitSettings {
  readonly perSecond: number;
  readonly scope: 'campaigns' | 'all';
  /** Of a 429; not documented. */
  readonly retryAfterSeconds?: number | undefined;
}

export interface Envelope {
  readonly campaigns: string;
  readonly calls: string;
  readonly pagination: 'object' | 'root';
}

/** All of it unverified, but the order: oldest first. */
export interface MessageSettings {
  /** A bare list, or under a name; `pageSize` applies to the latter only. */
  readonly list: 'bare' | 'messages' | 'data';
  readonly pageSize?: number | undefined;
  readonly textName: string;
  readonly timeName: string;
  /** Messages of the system, with `sent_by` SYS, begin each call. */
  readonly system: boolean;
}

type Grouped = 'rateLimit' | 'envelope' | 'messages' | 'recording';
export type SettingsInput = Partial<Omit<Settings, Grouped>> & {
  readonly [Group in Grouped]?: Partial<Settings[Group]>;
};

export function settingsOf(given: SettingsInput): Settings {
  return changeSettings(
    {
      apiKey: 'altur-simulator-key',
      rateLimit: { perSecond: 12, scope: 'campaigns' },
      campaignIds: 'integer',
      campaignPaging: 'cursor',
      cursorFlag: 'has_next',
      cursorParameter: 'cursor',
      campaignPageSize: 50,
      callPaging: 'index',
      callOrder: 'newest-first',
      maxRows: 25_000,
      envelope: { campaigns: 'campaigns', calls: 'calls', pagination: 'object' },
      dateFilter: 'instant',
      endDateIncluded: true,
      times: 'utc',
      utcOffsetHours: -6,
      durations: 'seconds',
      billedName: 'documented',
      agentName: 'documented',
      tags: 'names',
      callHasContact: false,
      threads: 'per-person',
      messages: { list: 'bare', textName: 'content', timeName: 'created_at', system: true },
      recordingUrl: 'relative',
      recording: RECORDING_DEFAULTS,
      callsAddedPerPage: 0,
      onPage: undefined,
      latencyMs: 0,
    },
    given,
  );
}

/** What is not given of a group stays as it is. */
export function changeSettings(settings: Settings, given: SettingsInput): Settings {
  const { rateLimit, envelope, messages, recording, ...rest } = given;
  return Object.assign(settings, rest, {
    rateLimit: { ...settings.rateLimit, ...rateLimit },
    envelope: { ...settings.envelope, ...envelope },
    messages: { ...settings.messages, ...messages },
    recording: { ...settings.recording, ...recording },
  });
}
