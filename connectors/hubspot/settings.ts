/** The environment variables of this connector, and what is wrong with their values. */
import { z } from 'zod';
import { secretProblem, textSetting, urlProblem } from '../connector.ts';

const API_URL = 'https://api.hubapi.com';

const MAKE_ONE =
  'create a service key in HubSpot (Development → Keys → Service keys) with the scopes crm.objects.contacts.read and .write, crm.schemas.contacts.read and .write, and set it here';

export const settings = z.object({
  HUBSPOT_ACCESS_TOKEN: textSetting(tokenProblem, `is missing: ${MAKE_ONE}`),
  HUBSPOT_API_URL: textSetting(apiUrlProblem).default(API_URL),
});

/**
 * API keys ended in November 2022, https://developers.hubspot.com/changelog/upcoming-api-key-sunset; client secrets of
 * apps have their form.
 */
const UUID = /^((na|eu|ap)\d-)?[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

function tokenProblem(value: string): string | undefined {
  if (UUID.test(value)) {
    return `is an API key of the old kind, a client secret or a refresh token, none of which HubSpot accepts here; an access token begins with pat-: ${MAKE_ONE}`;
  }
  if (/^\d+$/.test(value)) return `is a number, such as the portal’s or the app’s, and no token: ${MAKE_ONE}`;
  if (/^https?:/i.test(value)) return `is a URL and no token: ${MAKE_ONE}`;
  return secretProblem(value);
}

function apiUrlProblem(value: string): string | undefined {
  if (/^(https?:\/\/)?([\w-]+\.)*hubspot\.com([:/?#]|$)/i.test(value)) {
    return `is where people use HubSpot, not its API: write ${API_URL}, or leave it out`;
  }
  return urlProblem(value, { example: API_URL });
}
