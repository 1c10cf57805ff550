/**
 * How an operator types a command of this program, so that the advice in a message can be typed where it is read: in a
 * shell, in a container, or beside docker-compose. The entry point says it once, before the files with the messages
 * are loaded; some of them are constants.
 */
let prefix = 'altur-crm-sync';

/** `given`: what stands before a command's name, such as `docker-compose run --rm worker`. */
export function typeCommandsAs(given: string): void {
  prefix = given;
}

/** A command as messages quote it: `altur-crm-sync failed retry <call id>`. */
export function commandLine(...words: readonly string[]): string {
  return [prefix, ...words].join(' ');
}

/**
 * How the service, or one part of it, is started. Beside docker-compose and on Kubernetes it goes on after the command,
 * and after a restart of the machine.
 */
export function startLine(...roles: readonly ('ingress' | 'worker')[]): string {
  const compose = /^(.*compose.*) run --rm worker$/.exec(prefix)?.[1];
  if (compose !== undefined) return [compose, 'up -d', ...roles].join(' ');
  const kubectl = /^(kubectl.*?) exec /.exec(prefix)?.[1];
  if (kubectl !== undefined) return `${kubectl} rollout restart deployment`;
  return commandLine('start', ...roles);
}

/** The same for a sentence of the documentation, in which commands stand in backticks as `altur-crm-sync provision`. */
export function withTypedCommands(sentence: string): string {
  return sentence.replaceAll('`altur-crm-sync ', `\`${prefix} `);
}
