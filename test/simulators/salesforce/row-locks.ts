/**
 * Rows locked by requests in progress. A write locks the row and its parents until its response is sent.
 * Salesforce waits up to 10 s for a lock, the simulator does not wait.
 * https://help.salesforce.com/s/articleView?id=005226737
 */
export class RowLocks {
  readonly #owners = new Map<string, object>();

  /** Locks all ids for the owner, or none: then returns the first that another owner holds. */
  claim(owner: object, ids: readonly string[]): string | undefined {
    const taken = ids.find((id) => (this.#owners.get(id) ?? owner) !== owner);
    if (taken === undefined) for (const id of ids) this.#owners.set(id, owner);
    return taken;
  }

  release(owner: object): void {
    for (const [id, holder] of this.#owners) if (holder === owner) this.#owners.delete(id);
  }
}
