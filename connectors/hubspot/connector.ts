/** HubSpot as the engine knows it. */
import type { AssumedCrm, ConnectorContext, CrmField } from '../connector.ts';
import { EngineConnector } from '../engine/connector.ts';
import type { CrmAdapter } from '../engine/crm.ts';
import { dryRun, noTransport } from '../engine/dry-run.ts';
import type { Transport } from '../engine/http/transport.ts';
import { readAccount } from './account.ts';
import { APIS } from './api.ts';
import { LIMITS } from './batch-write.ts';
import { HubSpotClient } from './client.ts';
import { checkPortal, FIXES } from './doctor.ts';
import { checkOwners } from './doctor-owners.ts';
import { KeySpelling } from './key-spelling.ts';
import { waitingForKeys } from './new-keys.ts';
import { PortalPreparation } from './prepare.ts';
import { pretend } from './pretend.ts';
import { probeSupport } from './probe.ts';
import { propertyProvisioner } from './provision.ts';
import { type PortalSchema, readSchema } from './schema.ts';
import { standardSchema, withKeys } from './standard-schema.ts';
import type { HubSpotTransport } from './transport.ts';

/** Calls, contacts and tasks of one portal. */
export class HubSpotConnector extends EngineConnector<PortalSchema> {
  constructor(transport: HubSpotTransport, context: ConnectorContext) {
    super(adapterFor(transport, context), context);
  }
}

function adapterFor(transport: HubSpotTransport, context: ConnectorContext): CrmAdapter<PortalSchema> {
  const { objects, policy, owners = [] } = context;
  const provisioner = propertyProvisioner(transport);
  const spelling = new KeySpelling();
  const preparation = new PortalPreparation(provisioner, context);
  return {
    name: 'hubspot',
    title: 'HubSpot',
    batchSize: LIMITS.rowsPerGroup,
    maxInFlight: 2,
    transport,
    usage: () => transport.usage(),
    readAccount: () => readAccount(transport),
    readSchema: (through) => readSchema(through, objects),
    prepare: (schema, reread) => preparation.prepare(schema, reread),
    isLookUpKey,
    client: (through, schema) =>
      new HubSpotClient(waitingForKeys(through, schema.newKeys), schema, policy, spelling),
    withKeys,
    pretend,
    check: async (schema) => [
      ...(await checkPortal(transport, schema, objects)),
      ...(await checkOwners(transport, owners)),
    ],
    fixes: FIXES,
    provisioner,
    probe: probeSupport(transport, objects),
  };
}

/** HubSpot reads by unique properties; the email is one although it is not described so. */
function isLookUpKey({ name, unique }: CrmField): boolean {
  return unique === true || name === 'email';
}

/** Previews without credentials. */
export const assumedPortal: AssumedCrm = {
  schema: () => standardSchema(),
  dryRun: (records, fields, policy) => {
    const adapter = {
      transport: noTransport,
      withKeys,
      pretend,
      client: (through: Transport, schema: PortalSchema) => new HubSpotClient(through, schema, policy),
    };
    return dryRun(adapter, { fields, api: APIS[0]! }, records, { policy, lookUp: false });
  },
};
