/** The events that the ingress is measured with: as Altur sends them, with the deprecated `end_user` beside the new one. */
import { anyCall } from '../test/calls.ts';

const EXTRACTED_DATA = {
  'Payment Amount': '1200',
  'Payment Date': '2024-12-26',
  'Payment Medium': 'app',
};

/** No two of them have the same call id. */
export function eventOf(index: number): object {
  const call = anyCall(index) as ReturnType<typeof anyCall> & {
    campaign_user: { name: string; contact: string };
  };
  const { name, contact } = call.campaign_user;
  return {
    ...call,
    end_user: {
      id: `2be951e6-7798-47cd-878d-${String(index).padStart(12, '0')}`,
      status: 'converted',
      display_name: name,
      phone_number: contact,
      context: 'Customer data...',
      extracted_data: EXTRACTED_DATA,
      tags: ['payment_promise', 'call_later'],
    },
  };
}

export const EVENT_BYTES = Buffer.byteLength(JSON.stringify(eventOf(1)));
