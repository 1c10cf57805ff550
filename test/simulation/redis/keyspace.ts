/** Redis in memory: the commands that the core uses, with expiry by the simulated clock. */

type Value = string | Map<string, string> | Set<string>;
interface Entry {
  value: Value;
  expiresAt: number;
}
export type Reply = string | number | null | readonly Reply[] | Record<string, string>;

export class Keyspace {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  execute(command: string, args: readonly string[]): Reply {
    const run = this.#commands[command.toLowerCase()];
    if (!run) throw new Error(`the simulated Redis has no command ${command}: add it to keyspace.ts`);
    return run(...args);
  }

  readonly #commands: Readonly<Record<string, (...args: string[]) => Reply>> = {
    get: (key) => this.#text(key!),
    mget: (...keys) => keys.map((key) => this.#text(key)),
    set: (key, value, ...options) => {
      const words = options.map((word) => word.toUpperCase());
      if (words.includes('NX') && this.#entry(key!)) return null;
      const px = words.indexOf('PX');
      const expiresAt = px < 0 ? Number.POSITIVE_INFINITY : this.#now() + Number(options[px + 1]);
      this.#entries.set(key!, { value: value!, expiresAt });
      return 'OK';
    },
    del: (...keys) => keys.filter((key) => this.#entry(key) && this.#entries.delete(key)).length,
    exists: (...keys) => keys.filter((key) => this.#entry(key)).length,
    pexpire: (key, ms) => {
      const entry = this.#entry(key!);
      if (entry) entry.expiresAt = this.#now() + Number(ms);
      return entry ? 1 : 0;
    },
    pttl: (key) => {
      const entry = this.#entry(key!);
      if (!entry) return -2;
      return Number.isFinite(entry.expiresAt) ? entry.expiresAt - this.#now() : -1;
    },
    sadd: (key, ...members) => {
      const set = this.#of(key!, () => new Set<string>()) as Set<string>;
      const before = set.size;
      for (const member of members) set.add(member);
      return set.size - before;
    },
    scard: (key) => (this.#entry(key!)?.value as Set<string> | undefined)?.size ?? 0,
    hset: (key, ...pairs) => {
      const hash = this.#of(key!, () => new Map<string, string>()) as Map<string, string>;
      const before = hash.size;
      for (let index = 0; index < pairs.length; index += 2) hash.set(pairs[index]!, pairs[index + 1]!);
      return hash.size - before;
    },
    hget: (key, field) => {
      const hash = this.#entry(key!)?.value as Map<string, string> | undefined;
      return hash?.get(field!) ?? null;
    },
    hgetall: (key) => {
      const hash = this.#entry(key!)?.value as Map<string, string> | undefined;
      return Object.fromEntries(hash ?? []);
    },
  };

  #entry(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (!entry || entry.expiresAt > this.#now()) return entry;
    this.#entries.delete(key);
    return undefined;
  }

  #text(key: string): string | null {
    return (this.#entry(key)?.value as string | undefined) ?? null;
  }

  #of(key: string, make: () => Value): Value {
    const entry = this.#entry(key) ?? { value: make(), expiresAt: Number.POSITIVE_INFINITY };
    this.#entries.set(key, entry);
    return entry.value;
  }
}
