/**
 * JSON for `cjson.decode` in a script. It rejects halves of characters (lone surrogates), which JSON allows: one foreign
 * text would cost all that is passed with it.
 */
export function luaJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (!LONE_SURROGATE.test(json)) return json;
  return JSON.stringify(value, (_, each) => (typeof each === 'string' ? each.toWellFormed() : each));
}

/** As JSON.stringify writes it: https://tc39.es/ecma262/#sec-quotejsonstring */
const LONE_SURROGATE = /\\ud[89a-f]/;
