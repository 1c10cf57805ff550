/**
 * Lines that are renewed in the texts of calls that keep their fields: the present text is read, and nothing of it
 * but the line is changed.
 */
import type { CrmField, RenewedLine } from '../connector.ts';
import type { PlannedActivity } from './activity-rows.ts';
import type { CrmClient } from './crm.ts';
import type { EncodedFields } from './encode-fields.ts';

/** By the name of the row. One reading request for a batch, and none where there is no line to renew. */
export async function renewedTexts(
  client: CrmClient,
  planned: readonly PlannedActivity[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, EncodedFields>> {
  const kept = planned.filter(({ keepsFields, activity }) => keepsFields && activity.renewedLines?.length);
  if (kept.length === 0 || !client.readCalls) return new Map();
  const ids = kept.map(({ existingId }) => existingId!);
  const fields = kept.flatMap(({ activity }) => activity.renewedLines!.map(({ field }) => field));
  const found = await client.readCalls([...new Set(ids)], [...new Set(fields)], signal);
  return new Map(
    kept.map(({ name, existingId, activity }) => {
      return [name, renewed(client, activity.renewedLines!, found.get(existingId!) ?? new Map())] as const;
    }),
  );
}

function renewed(
  client: CrmClient,
  lines: readonly RenewedLine[],
  current: ReadonlyMap<string, string>,
): EncodedFields {
  const texts = lines.flatMap((line) => {
    const text = withLine(current.get(line.field) ?? '', line);
    return text === undefined ? [] : [{ name: line.field, text, field: client.schema.call.get(line.field) }];
  });
  const [fitting, long] = [texts.filter(fits), texts.filter((each) => !fits(each))];
  const reason = 'the text has no room for the link to the recording, and stays as it is';
  return {
    fields: Object.fromEntries(fitting.map(({ name, text, field }) => [name, client.encode(text, field)])),
    skipped: long.map(({ name }) => ({ field: name, code: 'VALUE_TOO_LONG', reason })),
  };
}

/** Of plain text and of HTML, also as a CRM's editor leaves it. */
const LINE_END = /(\r\n|\r|\n|<br\s*\/?>|<\/?(?:p|div|li|ul|ol)(?:\s[^>]*)?>)/i;

/** Undefined where nothing changes. */
function withLine(text: string, { marks, line }: RenewedLine): string | undefined {
  const parts = text.split(LINE_END);
  const at = parts.findIndex((part, index) => index % 2 === 0 && marks.some((mark) => part.includes(mark)));
  if (at < 0 || parts[at] === line) return undefined;
  return parts.with(at, line).join('');
}

function fits({ text, field }: { readonly text: string; readonly field: CrmField | undefined }): boolean {
  const { maxLength = Number.POSITIVE_INFINITY, lineBreakLength = 1 } = field ?? {};
  const lines = text.split(/\r\n|\r|\n/);
  return lines.join('').length + (lines.length - 1) * lineBreakLength <= maxLength;
}
