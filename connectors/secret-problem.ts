/** What is wrong with a key, a token or a secret as it was copied. The texts come after the variable's name and never quote it. */

/** Undefined where nothing is wrong that can be seen. */
export function secretProblem(value: string): string | undefined {
  const scheme = /^(bearer|basic|token|api-key)[\s:]/i.exec(value);
  if (scheme) return `begins with "${scheme[1]}": leave that out, it is added to each request`;
  if (/\s#/.test(value)) return 'has a comment behind the value: put the comment on a line of its own';
  // Words without a digit may have been made up, for a test server; no vendor makes keys of that form.
  if (/[\r\n\t]/.test(value) || (/\s/.test(value) && /\d/.test(value)))
    return 'has a blank or a line break in it: copy it again, in one piece';
  if (/["'`“”‘’]/.test(value)) return 'has a quotation mark in it: copy it again, without quotes';
  // Headers hold nothing else; word processors put other hyphens and invisible signs in.
  if (!/^[\x20-\x7e]*$/.test(value))
    return 'holds a sign that is not ASCII: copy it again from where it was made';
  return undefined;
}
