/** Campaigns with many calls, spread over a span of time. */
import type { Account, Campaign, CampaignInput } from './account.ts';
import { type CallInput, type CallStatus, type SimulatedCall, type TimeInput, timeOf } from './call.ts';
import { personOf } from './people.ts';

export interface CampaignSeed extends CampaignInput {
  /** How many, or each of them. Default: none. */
  readonly calls?: number | readonly CallInput[];
  /** When the first and the last of `calls` was created; default: the last hour. */
  readonly from?: TimeInput;
  readonly to?: TimeInput;
  /** The status of each, again and again; default: all ended. */
  readonly statuses?: readonly CallStatus[];
  /** So many people have all the calls; default: each call has its own. */
  readonly people?: number;
}

export interface Seed {
  readonly campaigns?: readonly CampaignSeed[];
  /** Calls of no campaign. */
  readonly calls?: readonly CallInput[];
}

export interface Seeded {
  readonly campaigns: readonly Campaign[];
  /** Of all campaigns, in order; then those of no campaign. */
  readonly calls: readonly SimulatedCall[];
}

const HOUR_MS = 3_600_000;

export function seed(account: Account, { campaigns = [], calls = [] }: Seed): Seeded {
  const seeded = campaigns.map((each) => seedCampaign(account, each));
  const others = calls.map((call) => account.addCall(undefined, call));
  return {
    campaigns: seeded.map(({ campaign }) => campaign),
    calls: [...seeded.flatMap((each) => each.calls), ...others],
  };
}

function seedCampaign(account: Account, given: CampaignSeed): { campaign: Campaign; calls: SimulatedCall[] } {
  const { calls = [], from, to = Date.now(), statuses = ['ended'], people, ...input } = given;
  const campaign = account.addCampaign(input);
  const last = timeOf(to);
  const first = from === undefined ? last - HOUR_MS : timeOf(from);
  const inputs = typeof calls === 'number' ? Array.from({ length: calls }, (): CallInput => ({})) : calls;
  const step = inputs.length > 1 ? (last - first) / (inputs.length - 1) : 0;
  const added = inputs.map((call, index) =>
    account.addCall(campaign.id, {
      createdAt: Math.round(first + index * step),
      status: statuses[index % statuses.length]!,
      ...(people !== undefined && { contact: personOf(index % people) }),
      ...call,
    }),
  );
  return { campaign, calls: added };
}
