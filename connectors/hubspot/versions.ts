/**
 * HubSpot retires its APIs one by one, and gives each a version of its own: a portal may serve associations under
 * other versions than records. So a path it does not know is tried in the other versions of the same API.
 */
import { ROOTS } from './api.ts';

export class Versions {
  /** API → the root of its paths that HubSpot answered last. */
  readonly #served = new Map<string, string>();

  /** The same request in the versions worth trying, the likeliest first. */
  alternatives(path: string): readonly string[] {
    const asked = apiOf(path);
    if (!asked) return [path];
    const served = this.#served.get(asked.api);
    const rest = path.slice(asked.root.length);
    if (served !== undefined) return [served + rest];
    return [path, ...asked.roots.filter((root) => root !== asked.root).map((root) => root + rest)];
  }

  answered(path: string): void {
    const asked = apiOf(path);
    if (asked) this.#served.set(asked.api, asked.root);
  }

  /** A version that was served until now is served no more, or the path is wrong in all of them. */
  unknown(path: string): void {
    const asked = apiOf(path);
    if (asked) this.#served.delete(asked.api);
  }
}

function apiOf(path: string) {
  for (const [api, roots] of Object.entries(ROOTS)) {
    const root = roots.find((each) => path.startsWith(`${each}/`));
    if (root !== undefined) return { api, root, roots };
  }
  return undefined;
}
