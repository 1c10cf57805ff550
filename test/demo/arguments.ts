/** The command line of the demo. */
import { parseArguments, UsageError } from '../../src/commands/command-line.ts';
import { simulators } from './crms.ts';

export interface DemoArguments {
  readonly crm: string;
  readonly keep: boolean;
  readonly help: boolean;
}

const CRMS = Object.keys(simulators);
const HELP_COMMAND = 'npm run demo -- --help';

/** Throws UsageError. */
export function demoArguments(args: readonly string[]): DemoArguments {
  const { values, positionals } = parseArguments(
    'demo',
    {
      args: [...args],
      options: {
        crm: { type: 'string', default: 'hubspot' },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
      allowPositionals: true,
    },
    HELP_COMMAND,
  );
  const [extra] = positionals;
  // npm takes flags before `--` for its own, and hands on their values: `npm run demo --crm salesforce`.
  if (extra !== undefined) {
    const meant = CRMS.includes(extra) ? `use \`npm run demo -- --crm ${extra}\`` : `see \`${HELP_COMMAND}\``;
    throw new UsageError(`the demo takes flags only, not ${extra}: ${meant}`);
  }
  if (!Object.hasOwn(simulators, values.crm)) {
    throw new UsageError(`--crm takes ${CRMS.join(' or ')}, not ${values.crm || 'nothing'}`);
  }
  return values;
}

export const DEMO_HELP = `npm run demo -- [--crm ${CRMS.join('|')}] [--keep]

  Runs the service with nothing configured: a Redis of its own, a simulated CRM, sample calls. Shows what arrives in the
  CRM, and how many requests it takes. Takes about 20 seconds, and needs no account.

  --crm CRM   which CRM is simulated: ${CRMS.join(' or ')}; ${CRMS[0]} by default
  --keep      leave the service running at the end, with its dashboard and recordings to listen to, until Ctrl-C; at PORT,
              else at any free port
  --help, -h  print this

  REDIS_URL   a Redis to use where none can be installed; one that no service uses

  Exit codes: 0 done, 1 something failed, 2 wrong arguments, 130 stopped by Ctrl-C before the end.
`;
