/**
 * JSON for `cjson.decode` in a script. It rejects halves of characters (lone surrogates), which JSON allows: one foreign
 * text would cost all that is passed with it.
 */
export function luaJson(value: unknown): string {
  return JSON.stringify(value, (_, each) => (typeof each === 'string' ? each.toWellFormed() : each));
}
