/** Which kind of recording it is, by its header, otherwise by its first bytes. Altur documents no format. */

/** As many bytes as `sniffMediaType` looks at. */
export const SNIFFED_BYTES = 64;
/** Of a recording that nothing tells the kind of: browsers offer to save it. */
export const UNKNOWN_MEDIA_TYPE = 'application/octet-stream';

const ALIASES: Readonly<Record<string, string>> = {
  'audio/mp3': 'audio/mpeg',
  'audio/x-mp3': 'audio/mpeg',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
  'audio/x-m4a': 'audio/mp4',
};
const EXTENSIONS: Readonly<Record<string, string>> = {
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
  'audio/ogg': 'ogg',
  'audio/mp4': 'm4a',
  'audio/webm': 'webm',
  'audio/flac': 'flac',
  'video/mp4': 'mp4',
};

/** Undefined where the header does not say it is sound or video. */
export function declaredMediaType(header: string | undefined): string | undefined {
  const type = (header ?? '').split(';', 1)[0]!.trim().toLowerCase();
  return /^(audio|video)\/[a-z\d][a-z\d.+-]{0,60}$/.test(type) ? (ALIASES[type] ?? type) : undefined;
}

/** A page, JSON or XML: no recording, whatever its bytes are. */
export function isDocument(header: string | undefined): boolean {
  return /^\s*(text\/|application\/([\w.+-]*\+)?(json|xml|xhtml)|image\/|multipart\/)/i.test(header ?? '');
}

/** 'document': bytes of a page, JSON or XML. Undefined: some other bytes. */
export function sniffMediaType(bytes: Buffer): string | undefined {
  const text = bytes.toString('latin1');
  if (/^ID3/.test(text) || isMpegFrame(bytes)) return 'audio/mpeg';
  if (/^(RIFF|RF64).{4}WAVE/s.test(text)) return 'audio/wav';
  if (text.startsWith('OggS')) return 'audio/ogg';
  if (text.startsWith('fLaC')) return 'audio/flac';
  if (text.startsWith('\x1a\x45\xdf\xa3')) return 'audio/webm';
  if (text.slice(4, 8) === 'ftyp') return 'audio/mp4';
  return /^(\xef\xbb\xbf)?\s*[<{[]/.test(text) ? 'document' : undefined;
}

export function extensionOf(mediaType: string): string {
  return EXTENSIONS[mediaType] ?? 'bin';
}

/** The header of a frame: http://mpgedit.org/mpgedit/mpeg_format/mpeghdr.htm; of layer 1 to 3, with valid rates. */
function isMpegFrame(bytes: Buffer): boolean {
  const [first = 0, second = 0, third = 0] = bytes;
  const isSync = first === 0xff && (second & 0xe0) === 0xe0;
  const hasLayer = (second & 0x18) !== 0x08 && (second & 0x06) !== 0;
  return isSync && hasLayer && (third & 0xf0) !== 0xf0 && (third & 0x0c) !== 0x0c;
}
