/**
 * Parameters on their way to the worker: all bytes of a call in one buffer that is handed over instead of copied. A view of
 * a larger buffer, as the body of a request is, would drag all of that buffer along. [measured]
 */
import { toStorable } from './storable-text.ts';
import type { SqlValue } from './store.ts';

/** Where bytes stand in the buffer. */
interface Bytes {
  from: number;
  to: number;
}

export interface PackedParams {
  /** The values as JSON: one text is copied faster than an array of hundreds. [measured] */
  values: string;
  /** Undefined when no parameter is bytes. */
  buffer: Uint8Array<ArrayBuffer> | undefined;
}

/** Packs; the parameters themselves stay as they are. @throws BotServerError `value_refused`, see storable-text.ts */
export function packParams(params: readonly SqlValue[]): PackedParams {
  let sizeBytes = 0;
  let hasBytes = false;
  const storable = params.map((value) => {
    if (!(value instanceof Uint8Array)) return toStorable(value);
    sizeBytes += value.byteLength;
    hasBytes = true;
    return value;
  });
  if (!hasBytes) return { values: JSON.stringify(storable), buffer: undefined };
  const buffer = new Uint8Array(sizeBytes);
  let from = 0;
  const values = storable.map((value) => {
    if (!(value instanceof Uint8Array)) return value;
    buffer.set(value, from);
    const bytes: Bytes = { from, to: from + value.byteLength };
    from = bytes.to;
    return bytes;
  });
  return { values: JSON.stringify(values), buffer };
}

/** Unpacks; bytes are views of the one buffer. */
export function unpackParams({ values, buffer }: PackedParams): SqlValue[] {
  const params = JSON.parse(values) as (Exclude<SqlValue, Uint8Array> | Bytes)[];
  if (!buffer) return params as SqlValue[];
  return params.map((value) =>
    typeof value === 'object' && value !== null ? buffer.subarray(value.from, value.to) : value,
  );
}
