/** The environment variables of this connector, what is wrong with their values, and which sign-in flow they mean. */
import { z } from 'zod';
import { secretProblem, textSetting } from '../connector.ts';
import { loginUrlProblem, loginUrlWarning, MY_DOMAIN } from './login-url.ts';
import { privateKeyProblem } from './private-key.ts';

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_versions.htm */
export const API_VERSION = '64.0';

/** https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_client_credentials_flow.htm */
const KEY_AND_SECRET =
  'Setup → External Client App Manager → your app → Settings → OAuth Settings → Consumer Key and Secret';

export const settings = z
  .object({
    SALESFORCE_LOGIN_URL: z.string(`is missing: set your My Domain URL, such as ${MY_DOMAIN}`),
    SALESFORCE_CLIENT_ID: textSetting(
      clientIdProblem,
      `is missing: copy the consumer key of your External Client App (${KEY_AND_SECRET})`,
    ),
    SALESFORCE_CLIENT_SECRET: textSetting(clientSecretProblem).optional(),
    SALESFORCE_USERNAME: textSetting(usernameProblem).optional(),
    SALESFORCE_PRIVATE_KEY: textSetting(privateKeyProblem).optional(),
    SALESFORCE_API_VERSION: z
      .string()
      .regex(/^\d{2,3}\.0$/, 'must be like 64.0')
      .refine((version) => Number(version) >= 61, 'must be 61.0 or later')
      .default(API_VERSION),
    SALESFORCE_NESTED_WRITES: z
      .string()
      .toLowerCase()
      .pipe(z.enum(['true', 'false'], 'must be true or false'))
      .default('true'),
  })
  .superRefine(
    (given, context) => {
      const { flow, lacks, message } = flowOf(given);
      if (lacks !== undefined) context.addIssue({ code: 'custom', path: [lacks], message });
      // What is not a text was reported by the field itself.
      if (typeof given.SALESFORCE_LOGIN_URL !== 'string') return;
      const problem = loginUrlProblem(given.SALESFORCE_LOGIN_URL, flow === 'jwt');
      if (problem === undefined) return;
      context.addIssue({ code: 'custom', path: ['SALESFORCE_LOGIN_URL'], message: problem });
    },
    // Also where a field is wrong: all problems are reported at once.
    { when: () => true },
  );

export type Settings = z.output<typeof settings>;

type FlowSettings = Pick<
  Settings,
  'SALESFORCE_CLIENT_SECRET' | 'SALESFORCE_USERNAME' | 'SALESFORCE_PRIVATE_KEY'
>;

interface Flow {
  readonly flow: 'client credentials' | 'jwt';
  /** The variable that the flow needs and does not have, and what to do. */
  readonly lacks?: string;
  readonly message?: string;
}

/** The flow that the variables mean; the one that is complete where they begin both. */
function flowOf(given: FlowSettings): Flow {
  const { SALESFORCE_CLIENT_SECRET: secret, SALESFORCE_USERNAME: username } = given;
  const { SALESFORCE_PRIVATE_KEY: key } = given;
  if (username && key) return { flow: 'jwt' };
  if (secret) return { flow: 'client credentials' };
  if (username) {
    return {
      flow: 'jwt',
      lacks: 'SALESFORCE_PRIVATE_KEY',
      message:
        'is missing: SALESFORCE_USERNAME is set, so the JWT bearer flow is meant, which also needs the private key whose certificate the app has (PEM, or a path to it); for the client credentials flow, set SALESFORCE_CLIENT_SECRET instead of the user name',
    };
  }
  if (key) {
    return {
      flow: 'jwt',
      lacks: 'SALESFORCE_USERNAME',
      message:
        'is missing: SALESFORCE_PRIVATE_KEY is set, so the JWT bearer flow is meant, which also needs the name of the user to sign in as; for the client credentials flow, set SALESFORCE_CLIENT_SECRET instead of the key',
    };
  }
  return {
    flow: 'client credentials',
    lacks: 'SALESFORCE_CLIENT_SECRET',
    message: `is missing: copy the consumer secret of your External Client App (${KEY_AND_SECRET}), or set SALESFORCE_USERNAME and SALESFORCE_PRIVATE_KEY instead (JWT bearer flow)`,
  };
}

/** What is set and not used, and what is probably wrong. */
export function warningsOf(given: Settings): readonly string[] {
  const { SALESFORCE_CLIENT_SECRET: secret, SALESFORCE_USERNAME: username } = given;
  const { SALESFORCE_PRIVATE_KEY: key } = given;
  const warnings = [loginUrlWarning(given.SALESFORCE_LOGIN_URL)];
  if (secret && username && key) {
    warnings.push(
      'SALESFORCE_CLIENT_SECRET is not used: with SALESFORCE_USERNAME and SALESFORCE_PRIVATE_KEY the service signs in by the JWT bearer flow; remove the secret, or those two',
    );
  } else if (secret && (username || key)) {
    const [set, other] = username
      ? ['SALESFORCE_USERNAME', 'SALESFORCE_PRIVATE_KEY']
      : ['SALESFORCE_PRIVATE_KEY', 'SALESFORCE_USERNAME'];
    warnings.push(
      `${set} is not used: with SALESFORCE_CLIENT_SECRET the service signs in by the client credentials flow, as the app’s run-as user; for the JWT bearer flow set ${other} too`,
    );
  }
  return warnings.filter((warning) => warning !== undefined);
}

function clientIdProblem(value: string): string | undefined {
  if (/^[\da-f]{64}$/i.test(value))
    return 'is a consumer secret: set the consumer key here (it begins with 3MVG)';
  if (/^[^\s@]+@[^\s@]+$/.test(value))
    return 'is a user name: set the consumer key of your External Client App here';
  return secretProblem(value);
}

function clientSecretProblem(value: string): string | undefined {
  if (value.startsWith('3MVG'))
    return 'is a consumer key (it begins with 3MVG): set the consumer secret here';
  return secretProblem(value);
}

function usernameProblem(value: string): string | undefined {
  if (/^[^\s@]+@[^\s@]+$/.test(value)) return undefined;
  return 'is no user name: it has the form of an e-mail address, such as integration@example.com (Setup → Users)';
}
