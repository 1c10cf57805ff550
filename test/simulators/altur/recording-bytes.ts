/** The bytes of a recording, made while they are sent. */
export interface RecordingBytes {
  readonly type: string;
  readonly size: number;
  /** Some bytes from there on: at least one, at most `most`. Shared, never to be changed. */
  read(from: number, most: number): Uint8Array;
}

/** `header`, then `period` again and again. */
export function periodic(type: string, size: number, header: Uint8Array, period: Uint8Array): RecordingBytes {
  return {
    type,
    size,
    read(from, most) {
      if (from < header.length) return header.subarray(from, from + most);
      const start = (from - header.length) % period.length;
      return period.subarray(start, start + most);
    },
  };
}
