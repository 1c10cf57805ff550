/** Sends a request that only reads. A rejected look-up must not look like "nobody found": records would be doubled. */
import { CrmError } from '../../connector.ts';
import { type ApiRequest, requestName, type Transport } from './transport.ts';

/** The body of the response. Throws CrmError without one. */
export async function readBody(
  transport: Transport,
  crm: string,
  request: ApiRequest,
  signal?: AbortSignal,
): Promise<object> {
  const { status, body } = await transport.send({ ...request, reads: true }, signal);
  const answered = `${crm} answered ${status} to ${requestName(request)}`;
  if (status >= 400) {
    throw new CrmError('rejected', `${answered}: fix the mapping`, { code: 'LOOKUP_REJECTED' });
  }
  if (typeof body === 'object' && body !== null) return body;
  throw new CrmError('unavailable', `${answered}, without a JSON body`, { code: 'NO_RESULT' });
}
