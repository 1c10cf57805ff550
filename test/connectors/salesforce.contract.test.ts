import { describeContract } from './contract.ts';
import { callFields, personFields, startOrg, write } from './salesforce/org.ts';

const FAILURES = {
  unavailable: { status: 503, body: [{ errorCode: 'SERVER_UNAVAILABLE', message: 'busy' }] },
  rate_limited: {
    status: 403,
    body: [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' }],
  },
  unauthorized: {
    status: 401,
    body: [{ errorCode: 'INVALID_SESSION_ID', message: 'Session expired or invalid' }],
  },
} as const;

describeContract(
  'salesforce',
  {
    person: personFields,
    call: callFields,
    refusedCall: [write('Subject', 'x'.repeat(300))],
    unknownField: 'No_Such_Field__c',
    writes: 1,
  },
  async () => {
    const { salesforce, connector, close } = await startOrg();
    // The schema is read first, so that the requests that follow look people up and write them.
    await connector.schema();
    const tasks = () => salesforce.records('Task');
    return {
      connector,
      people: () => salesforce.records('Contact').map((contact) => String(contact.Altur_Person_Key__c)),
      calls: () => tasks().map((task) => String(task.Altur_Call_Id__c)),
      linked: () => tasks().filter(({ WhoId }) => WhoId).length,
      // One request looks the people up, the next one writes everything.
      loseNextWrite: (nth) => salesforce.fault({ kind: 'lost', path: '/composite$', nth: nth + 1 }),
      breakWith: (kind) =>
        salesforce.fault({ kind: 'status', path: '/services/data', times: 'always', ...FAILURES[kind] }),
      mend: () => salesforce.clearFaults(),
      close,
    };
  },
);
