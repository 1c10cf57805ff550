/** What a process of a test run tells about itself, one JSON text a line. */
export type Collected =
  /** A line of a log; `test`: the file and the name of the test that ran. */
  | { readonly kind: 'line'; readonly test: string; readonly text: string }
  /** A secret of its configuration. */
  | { readonly kind: 'secret'; readonly name: string; readonly value: string }
  /** A phone number, or a sentence of a transcript, of an event that was delivered. */
  | { readonly kind: 'phone' | 'sentence'; readonly value: string };
