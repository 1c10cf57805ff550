/** The version of this service: package.json is the only place that names it. */
import { readFileSync } from 'node:fs';

export function readVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
