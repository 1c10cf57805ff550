/** The secrets in an environment, found by the names of its variables: a new one needs no entry here. */
import { readFileSync } from 'node:fs';

const NAME = /(SECRET|TOKEN|PASSWORD|API_KEY|PRIVATE_KEY|HEADERS|WEBHOOK_URL)(_FILE)?$/;
/** What is shorter is a part of ordinary words. */
const MIN_LENGTH = 8;

export interface Secret {
  readonly name: string;
  readonly value: string;
}

export function secretsOf(environment: NodeJS.ProcessEnv): Secret[] {
  return Object.entries(environment).flatMap(([name, value = '']) => {
    if (name === 'REDIS_URL') return split(name, passwords(value));
    if (!NAME.test(name)) return [];
    const given = name.endsWith('_FILE') ? contentOf(value) : value;
    // A Slack webhook's secret is the path of its URL; its host may be named.
    const parts = name.includes('WEBHOOK_URL') ? [pathOf(given)] : secretParts(given);
    return split(name, parts);
  });
}

function split(name: string, values: readonly string[]): Secret[] {
  const long = values.map((value) => value.trim()).filter(({ length }) => length >= MIN_LENGTH);
  return long.map((value) => ({ name, value }));
}

/** Several, while one replaces another; of a PEM file each line is one. */
function secretParts(value: string): string[] {
  return value.split(/[,\n]|\\n/).filter((part) => !/^-+(BEGIN|END)/.test(part));
}

function passwords(urls: string): string[] {
  return [...urls.matchAll(/\/\/[^/@,]*:([^/@,]+)@/g)].map(([, password = '']) => password);
}

function pathOf(url: string): string {
  return URL.parse(url)?.pathname ?? '';
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
