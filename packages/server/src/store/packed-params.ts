/**
 * Parameters on their way to the worker: all bytes of a call in one buffer that is handed over instead of copied. A view of
 * a larger buffer, as the body of a request is, would drag all of that buffer along. [measured]
 */
import type { SqlValue } from './store.ts';

/** Where bytes stand in the buffer. */
interface Bytes {
  from: number;
  to: number;
}

export interface PackedParams {
  values: (Exclude<SqlValue, Uint8Array> | Bytes)[];
  /** Undefined when no parameter is bytes. */
  buffer: Uint8Array<ArrayBuffer> | undefined;
}

/** Packs; the parameters themselves stay as they are. */
export function packParams(params: readonly SqlValue[]): PackedParams {
  let sizeBytes = 0;
  for (const value of params) if (value instanceof Uint8Array) sizeBytes += value.byteLength;
  if (sizeBytes === 0 && !params.some((value) => value instanceof Uint8Array)) {
    return { values: params as Exclude<SqlValue, Uint8Array>[], buffer: undefined };
  }
  const buffer = new Uint8Array(sizeBytes);
  let from = 0;
  const values = params.map((value) => {
    if (!(value instanceof Uint8Array)) return value;
    buffer.set(value, from);
    const bytes = { from, to: from + value.byteLength };
    from = bytes.to;
    return bytes;
  });
  return { values, buffer };
}

/** Unpacks; bytes are views of the one buffer. */
export function unpackParams({ values, buffer }: PackedParams): SqlValue[] {
  if (!buffer) return values as SqlValue[];
  return values.map((value) =>
    typeof value === 'object' && value !== null ? buffer.subarray(value.from, value.to) : value,
  );
}
