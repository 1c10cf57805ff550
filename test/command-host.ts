/** A process that runs commands, one at a time: told by `command.ts` what is typed, it answers what came of it. */
import { runCommandLine } from '../src/commands/run-command-line.ts';

export interface Typed {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

const answer = process.send!.bind(process);

process.on('message', async ({ args, env, cwd }: Typed) => {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.chdir(cwd);
  const [output, errors] = [captured(process.stdout), captured(process.stderr)];
  const code = await runCommandLine(args);
  answer({ code, output: output.end(), errors: errors.end() });
});
// When it is let go, or the test run ends.
process.once('disconnect', () => process.exit());

function captured(stream: NodeJS.WriteStream) {
  const { write } = stream;
  let text = '';
  stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  }) as typeof write;
  return {
    end() {
      stream.write = write;
      return text;
    },
  };
}
