/** A made-up call, for the preview page before the first event has arrived. */
export const SAMPLE_EVENT = {
  event_type: 'on_call_end',
  id: 'cll_example',
  type: 'outbound',
  status: 'ended',
  phone_number_from: '+525550000000',
  phone_number_to: '+525512345678',
  answered_by: 'human',
  started_at: '2026-11-24T16:00:00Z',
  ended_at: '2026-11-24T16:00:45Z',
  duration: 45,
  transcript: [
    { sent_by: 'assistant', sent_at: '2026-11-24T16:00:02Z', content: '¿Hablo con Sofía?' },
    { sent_by: 'user', sent_at: '2026-11-24T16:00:06Z', content: 'Sí. Pago el viernes.' },
  ],
  assistant: { name: 'Diana Arroyo' },
  campaign_user: {
    f_id: 'cliente-1',
    name: 'Sofía Hernández',
    contact: '+525512345678',
    status: 'converted',
    extracted_data: { 'Payment Amount': '1200', 'Payment Date': '2026-11-27' },
    tags: ['payment_promise'],
  },
};
