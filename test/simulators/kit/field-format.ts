/** Checks that every CRM makes on a value. */

export function isEmailAddress(text: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
}

/** The options that a text selects; several are separated by semicolons. */
export function selectedOptions(text: string, isMultiple: boolean): string[] {
  return isMultiple ? text.split(';') : [text];
}

/** The first selected option that is not defined. */
export function unknownOption(
  selected: readonly string[],
  defined: readonly { readonly value: string }[],
): string | undefined {
  return selected.find((option) => !defined.some(({ value }) => value === option));
}
