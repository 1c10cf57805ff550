/**
 * Rows that requests under way hold. A write locks the row and its parents until its request is answered;
 * Salesforce waits up to 10 s for a lock, the simulator does not wait.
 * https://help.salesforce.com/s/articleView?id=005226737
 */
export class RowLocks {
  readonly #owners = new Map<string, object>();

  /** The first id that another owner holds; when there is none, all are the owner's. */
  claim(owner: object, ids: readonly string[]): string | undefined {
    const taken = ids.find((id) => (this.#owners.get(id) ?? owner) !== owner);
    if (taken === undefined) for (const id of ids) this.#owners.set(id, owner);
    return taken;
  }

  release(owner: object): void {
    for (const [id, holder] of this.#owners) if (holder === owner) this.#owners.delete(id);
  }
}
