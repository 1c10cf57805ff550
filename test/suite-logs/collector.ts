/** Keeps what a process knows in the folder of the run, each secret, number and sentence once. */
import type { PersonalValues } from './personal-values.ts';
import { append } from './run-folder.ts';
import { type Secret, secretsOf } from './secrets-of.ts';

export class Collector {
  readonly #folder: string;
  readonly #known = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  line(test: string, text: string): void {
    append(this.#folder, { kind: 'line', test, text });
  }

  environment(environment: NodeJS.ProcessEnv): void {
    for (const secret of secretsOf(environment)) this.#secret(secret);
  }

  /** The header of a request: `Bearer`, `Basic` or `api-key`, and a secret. */
  credentials(authorization = ''): void {
    const value = authorization.split(' ').at(-1) ?? '';
    if (value.length >= 8) this.#secret({ name: 'in the header Authorization', value });
  }

  values({ phones, sentences }: PersonalValues): void {
    for (const value of phones) if (this.#isNew(value)) append(this.#folder, { kind: 'phone', value });
    for (const value of sentences) if (this.#isNew(value)) append(this.#folder, { kind: 'sentence', value });
  }

  #secret(secret: Secret): void {
    if (this.#isNew(secret.value)) append(this.#folder, { kind: 'secret', ...secret });
  }

  #isNew(value: string): boolean {
    const isNew = !this.#known.has(value);
    this.#known.add(value);
    return isNew;
  }
}
