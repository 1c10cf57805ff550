/** What a start with these variables says. */
import { type Config, loadConfig, type Role } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/config-error.ts';

export const SECRET = 'a secret that is long enough';

export const HUBSPOT = {
  CRM_CONNECTOR: 'hubspot',
  ALTUR_WEBHOOK_SECRET: SECRET,
  HUBSPOT_ACCESS_TOKEN: 'pat-na1-1234',
};

export const SALESFORCE = {
  CRM_CONNECTOR: 'salesforce',
  ALTUR_WEBHOOK_SECRET: SECRET,
  SALESFORCE_LOGIN_URL: 'https://acme.my.salesforce.com',
  SALESFORCE_CLIENT_ID: '3MVG9abc',
  SALESFORCE_CLIENT_SECRET: 'ABCDEF0123456789',
};

export function load(environment: Record<string, string>, role: Role = 'all'): Promise<Config> {
  return loadConfig(environment, role, false);
}

/** The message of the ConfigError; empty where there is none. */
export async function message(environment: Record<string, string>, role: Role = 'all'): Promise<string> {
  try {
    await load(environment, role);
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

/** The line of the message about this variable; empty where there is none. */
export async function lineOf(variable: string, environment: Record<string, string>): Promise<string> {
  const lines = (await message(environment)).split('\n');
  return lines.find((line) => line.startsWith(`  ${variable}: `))?.trim() ?? '';
}
