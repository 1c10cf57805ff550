/** Reads protobuf without a schema: https://protobuf.dev/programming-guides/encoding/ */

/** The values of each field number, in order: numbers, or bytes. */
export type Message = ReadonlyMap<number, readonly (bigint | Buffer)[]>;

export function readMessage(bytes: Buffer): Message {
  const fields = new Map<number, (bigint | Buffer)[]>();
  let at = 0;
  const readVarint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const readBytes = (length: number): Buffer => {
    if (at + length > bytes.length) throw new Error('the message is cut off');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const readValue = (wireType: number): bigint | Buffer => {
    switch (wireType) {
      case 0:
        return readVarint();
      case 1:
        return readBytes(8).readBigUInt64LE();
      case 2:
        return readBytes(Number(readVarint()));
      case 5:
        return BigInt(readBytes(4).readUInt32LE());
      default:
        throw new Error(`unknown wire type ${wireType}`);
    }
  };
  while (at < bytes.length) {
    const tag = Number(readVarint());
    const values = fields.get(tag >> 3) ?? [];
    fields.set(tag >> 3, values);
    values.push(readValue(tag & 7));
  }
  return fields;
}

export function messagesIn(message: Message, field: number): Message[] {
  return (message.get(field) ?? []).map((value) => readMessage(value as Buffer));
}

export function bytesIn(message: Message, field: number): Buffer {
  return (message.get(field)?.[0] ?? Buffer.alloc(0)) as Buffer;
}

export function numberIn(message: Message, field: number): bigint {
  return (message.get(field)?.[0] ?? 0n) as bigint;
}
