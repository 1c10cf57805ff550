/** Where Altur serves the recording of a call: https://docs.altur.io/api-reference/calls/retrieve-recording */

const MAX_DECODINGS = 5;

/** Undefined for an id that could lead to something else of Altur's API. `apiUrl`: without a slash at its end. */
export function recordingUrl(apiUrl: string, callId: string): URL | undefined {
  if (!staysInPlace(callId)) return undefined;
  return new URL(`${apiUrl}/call/${encodeURIComponent(callId)}/recording`);
}

/**
 * Encoded, an id is one segment of the path; but WHATWG URLs resolve `.` and `..` even so, and servers and proxies may
 * decode a path, several times too, before they do. No id of Altur's is like that.
 */
function staysInPlace(callId: string): boolean {
  // Signs that some servers take for dots and slashes: https://www.unicode.org/reports/tr15/
  let text = callId.normalize('NFKC');
  for (let decoding = 0; decoding <= MAX_DECODINGS; decoding += 1) {
    if (/\p{Cc}/u.test(text) || text.split(/[/\\]/).some(isDotSegment)) return false;
    const decoded = text.replaceAll(/%([\da-f]{2})/gi, (_, hex) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    if (decoded === text) return true;
    text = decoded;
  }
  return false;
}

/** Of `..;a` some servers read `..` with a parameter. */
function isDotSegment(segment: string): boolean {
  return /^\s*\.{1,2}\s*(;.*)?$/s.test(segment);
}
