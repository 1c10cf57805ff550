/** The text that an administrator wrote for a rule: it says which rule rejects a record. */

const MAX_LENGTH = 200;

/** Rules may quote values: digits and e-mail addresses are masked. Undefined for an empty text. */
export function maskedRule(text: string): string | undefined {
  const plain = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  const masked = plain.replace(/\S+@\S+/g, '[e-mail]').replace(/\p{Nd}/gu, '#');
  return [...masked].slice(0, MAX_LENGTH).join('') || undefined;
}

/** The rule's text in the error of a trigger or flow that met it; else which trigger failed, and how. */
export function ruleInAutomation(message: string): string | undefined {
  const [, rule] =
    /FIELD_CUSTOM_VALIDATION_EXCEPTION[,:]\s*(.+?)\s*(?:: \[[^\]]*\]|\. You can look up|$)/s.exec(message) ??
    [];
  return rule === undefined ? failedTrigger(message) : maskedRule(rule);
}

/** What follows it may quote values. */
function failedTrigger(message: string): string | undefined {
  return /^[\w.]+: execution of \w+\s+caused by: [\w.]+/.exec(message)?.[0].replace(/\s+/g, ' ');
}
