export type RecordingFormat = 'wav' | 'mp3' | 'ogg' | 'mp4';

/** How a recording is served. Its page could not be read, so all of it is unverified. */
export interface RecordingSettings {
  readonly format: RecordingFormat;
  /** Default: as long as the melody. */
  readonly seconds?: number | undefined;
  /** Instead of `seconds`, for wav and mp3: at least so many bytes, made while they are sent. */
  readonly bytes?: number | undefined;
  /** That of the format, none, or this one, such as `application/octet-stream`. */
  readonly contentType: string;
  /** False: a Range is ignored, and nothing says that there are ranges. */
  readonly ranges: boolean;
  /** False: without Content-Length. */
  readonly length: boolean;
  /** 302 to a path of this API, which needs the key too, or to a signed address of another server. */
  readonly redirect: 'none' | 'same-origin' | 'other-origin';
  /** So many requests are answered 404, until `recordingIsReady`. */
  readonly notReady: number | 'always';
  readonly bytesPerSecond?: number | undefined;
  /** The connection breaks after so many bytes of a response. */
  readonly breaksAfter?: number | undefined;
  /** No more is sent after so many bytes of a response. */
  readonly hangsAfter?: number | undefined;
  readonly head: 'answered' | 'refused';
}

export const RECORDING_DEFAULTS: RecordingSettings = {
  format: 'wav',
  contentType: 'of the format',
  ranges: true,
  length: true,
  redirect: 'none',
  notReady: 0,
  head: 'answered',
};
