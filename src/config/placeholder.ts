/** Values that were copied from an example, and were never replaced. */

const PLACEHOLDERS = [
  /^<[^<>]*>$/,
  /^\[[^[\]]*\]$/,
  /^\{+[^{}]*\}+$/,
  /^(https?:\/\/)?(your|insert|enter|paste|put)[-_ ]/i,
  /^(change|replace|fill)[-_ ]?(me|it|this|in)\b/i,
  /^(to-?do|tbd|placeholder|null|undefined)$/i,
  /^(x{3,}|\*{3,}|\.{3}|…)$/i,
  /x{6,}|X{6,}/,
  /^\S*(…|\.{3})$/,
];

/**
 * Not expanded by `docker run --env-file`, Node or systemd: shells and docker-compose do that. Small letters behind the $
 * are those of a password, such as `$ecret`: variables have capitals.
 */
const REFERENCE = /^\$(\{[^{}]*\}|[A-Z_][A-Z\d_]*|\([^()]*\))$/;

/** Undefined where it is a value. */
export function placeholderProblem(name: string, value: string): string | undefined {
  if (value.startsWith(`${name}=`)) return 'begins with its own name: write the value alone behind the =';
  if (REFERENCE.test(value)) return 'is a reference ($…) that nothing has replaced: write the value itself';
  // Standard variables of others, in which anything may stand.
  if (name.startsWith('OTEL_')) return undefined;
  if (!PLACEHOLDERS.some((form) => form.test(value))) return undefined;
  return 'is a placeholder from an example: write your own value';
}
