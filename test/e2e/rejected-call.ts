/** How a simulated HubSpot rejects single calls of a batch. */

/** A fault of the simulator: every batch of calls is answered 207, with a validation error for the call `callId`. */
export function rejectedCall(callId: string, message = 'x') {
  return {
    kind: 'status',
    status: 207,
    path: 'calls/batch/upsert',
    times: 'always',
    body: {
      status: 'COMPLETE',
      results: [],
      numErrors: 1,
      errors: [
        {
          status: 'error',
          category: 'VALIDATION_ERROR',
          message,
          context: { objectWriteTraceId: [callId] },
        },
      ],
    },
  } as const;
}
