/** Silence as Opus packets of 20 ms, mono. https://www.rfc-editor.org/rfc/rfc6716 */
export const SILENT_PACKET = Buffer.from([0xf8, 0xff, 0xfe]);
export const PACKETS_PER_SECOND = 50;
/** Opus always counts at 48 kHz. */
export const OPUS_RATE = 48_000;
export const SAMPLES_PER_PACKET = OPUS_RATE / PACKETS_PER_SECOND;
/** Samples that a decoder throws away at the beginning. */
export const PRE_SKIP = 312;
