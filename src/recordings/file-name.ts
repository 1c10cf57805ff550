/** The name under which a browser saves a recording: https://www.rfc-editor.org/rfc/rfc6266 */
import { extensionOf } from './media-type.ts';

/** File systems take 255 bytes; an id may have 500 characters. */
const MAX_ID_LENGTH = 80;

/** `Content-Disposition`. A call id is foreign data: nothing of it can end the header or leave the folder. */
export function contentDisposition(callId: string, mediaType: string): string {
  const id = callId.slice(0, MAX_ID_LENGTH).toWellFormed();
  const extension = extensionOf(mediaType);
  const plain = `altur-call-${id.replaceAll(/[^\w.-]+/g, '_')}.${extension}`;
  const full = `altur-call-${id.replaceAll(/[\p{C}\p{Z}/\\:*?"<>|]+/gu, '_')}.${extension}`;
  return `inline; filename="${plain}"; filename*=UTF-8''${extendedValue(full)}`;
}

/** https://www.rfc-editor.org/rfc/rfc8187#section-3.2.1 */
function extendedValue(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
