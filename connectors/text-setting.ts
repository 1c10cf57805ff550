/** A setting that is a text, with a check of what can be seen to be wrong with it. */
import { z } from 'zod';

/** `problemOf` answers what is wrong with a value, without quoting a secret; `missing`: the message where it is not set. */
export function textSetting(
  problemOf: (value: string) => string | undefined,
  missing = 'is missing',
): z.ZodString {
  return z.string(missing).superRefine((value, context) => {
    const message = problemOf(value);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
}
