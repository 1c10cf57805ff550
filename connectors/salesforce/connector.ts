/** Salesforce as the engine knows it. */
import type { AssumedCrm, ConnectorContext } from '../connector.ts';
import { EngineConnector } from '../engine/connector.ts';
import type { CrmAdapter } from '../engine/crm.ts';
import { checkAccount } from '../engine/doctor.ts';
import { dryRun, noTransport } from '../engine/dry-run.ts';
import type { Transport } from '../engine/http/transport.ts';
import { readAccount, readUserName } from './account.ts';
import { ROWS_PER_COLLECTION } from './batch-write.ts';
import { SalesforceClient } from './client.ts';
import { checkOrg, FIXES, requireKeys } from './doctor.ts';
import { checkOwners, checkSharing } from './doctor-user.ts';
import { personObjectsOf } from './person-objects.ts';
import { PhonePatterns } from './phone-patterns.ts';
import { pretend } from './pretend.ts';
import { probeSupport } from './probe.ts';
import { fieldProvisioner } from './provision.ts';
import { RelatedRecords } from './related-records.ts';
import { type OrgSchema, readSchema } from './schema.ts';
import type { Session } from './session.ts';
import { assumedOrg, standardSchema } from './standard-schema.ts';
import { SalesforceTransport } from './transport.ts';

export interface SalesforceOptions {
  /** Of the API, such as `64.0`. */
  readonly version: string;
  /** Tasks may name their person by key in the request that creates the person. */
  readonly nests: boolean;
}

/** Contacts or leads, and tasks, of one org. */
export class SalesforceConnector extends EngineConnector<OrgSchema> {
  constructor(session: Session, options: SalesforceOptions, context: ConnectorContext) {
    super(adapterFor(session, options, context), context);
  }
}

function adapterFor(
  session: Session,
  { version, nests }: SalesforceOptions,
  context: ConnectorContext,
): CrmAdapter<OrgSchema> {
  const { policy, log, objects: kinds, owners = [], probed = {} } = context;
  const { requestTimeoutMs, observeRequest } = context;
  const objects = personObjectsOf(policy);
  const transport = new SalesforceTransport(session, version, requestTimeoutMs, observeRequest);
  const api = { transport, version };
  const state = {
    // A live probe may have found that this org does not accept it.
    nests: nests && probed['nested-writes'] !== false,
    related: new RelatedRecords(),
    patterns: new PhonePatterns(log),
  };
  return {
    name: 'salesforce',
    title: 'Salesforce',
    batchSize: ROWS_PER_COLLECTION,
    /** Tasks lock their person: a second batch would only wait for the first. */
    maxInFlight: 1,
    transport,
    usage: () => transport.usage(),
    readAccount: () => readAccount(api, session),
    readSchema: (through) => readSchema({ transport: through, version }, objects),
    prepare: async (schema) => requireKeys(schema, policy),
    client(through, schema) {
      // A dry run that finds nobody says nothing about the org.
      const own = through === transport ? state : { ...state, patterns: new PhonePatterns() };
      return new SalesforceClient({ transport: through, version }, schema, policy, own, log);
    },
    withKeys: (schema) => schema,
    pretend,
    async check(schema) {
      const account = () => readAccount(api, session);
      const [answers, ...findings] = checkOrg(schema, policy, transport.usage());
      return [
        answers!,
        await checkAccount('org', account, () => readUserName(api, session)),
        ...findings,
        ...(await checkSharing(api, schema.persons, await session.userId())),
        ...(await checkOwners(
          api,
          owners.map(({ id }) => id),
        )),
      ];
    },
    fixes: FIXES,
    provisioner: fieldProvisioner(session, objects),
    probe: probeSupport(api, objects[0]!, kinds),
  };
}

/** Previews without credentials. */
export function assumedOrgFor(version: string): AssumedCrm {
  return {
    schema: standardSchema,
    dryRun(records, fields, policy) {
      const adapter = {
        transport: noTransport,
        withKeys: (schema: OrgSchema) => schema,
        pretend,
        client(through: Transport, schema: OrgSchema) {
          const state = { nests: true, related: new RelatedRecords(), patterns: new PhonePatterns() };
          return new SalesforceClient({ transport: through, version }, schema, policy, state);
        },
      };
      return dryRun(adapter, assumedOrg(fields, policy), records, { policy, lookUp: false });
    },
  };
}
