/** Where to set variables: that depends on how this process is run. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ENV_FILE } from './env-file.ts';

/** docker-compose.yml sets these itself. */
const OF_COMPOSE = ['COMMAND_PREFIX', 'INGRESS_URL', 'REDIS_URL', 'PORT', 'LANGUAGE'];

/** `names`: the variables of this service that are set. */
export function setUpAdvice(environment: NodeJS.ProcessEnv, names: readonly string[]): string {
  const compose = /^(.*\bcompose)\b/.exec(environment.COMMAND_PREFIX?.trim() ?? '')?.[1];
  const isFresh = names.every((name) => OF_COMPOSE.includes(name));
  const copy = '`cp .env.example .env`';
  if (compose !== undefined) {
    const where = `in .env beside docker-compose.yml, then \`${compose} up -d\``;
    return isFresh
      ? `Begin with ${copy} beside docker-compose.yml, which explains each variable; set them there, then \`${compose} up -d\`.`
      : `Set them ${where}; .env.example explains each.`;
  }
  if (existsSync(ENV_FILE))
    return `Set them in ${resolve(ENV_FILE)}, or in the environment; .env.example explains each.`;
  return isFresh
    ? `Begin with ${copy}, which explains each variable; set them there, or in the environment.`
    : `Set them in the environment, or in ${resolve(ENV_FILE)} (${copy}); .env.example explains each.`;
}
