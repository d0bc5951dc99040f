/** Values on their way to PostgreSQL and back: what a repository meets is the same on both engines. */
import type { CustomTypesConfig } from 'pg';
import { toStorable } from './storable-text.ts';
import type { SqlValue } from './store.ts';

const toNumber = (text: string): number => Number(text);

/** By type id (`select oid from pg_type`); every other type arrives as its text. */
const parsers: Readonly<Record<number, (text: string) => SqlValue>> = {
  // bool, as SQLite has it
  16: (text) => (text === 't' ? 1 : 0),
  17: toBytes,
  // int8, int2, int4, float4, float8, and numeric, which is what sum() of int8 answers
  20: toNumber,
  21: toNumber,
  23: toNumber,
  700: toNumber,
  701: toNumber,
  1700: toNumber,
};

/** A bytea: '\x' and hexadecimal digits, or as `bytea_output = 'escape'` has it, which a database may have for others' programs. */
function toBytes(text: string): Uint8Array {
  const { buffer, byteOffset, byteLength } = text.startsWith('\\x')
    ? Buffer.from(text.slice(2), 'hex')
    : unescaped(text);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Bytes that are no printable character are '\' and three octal digits, and '\' itself is two. */
function unescaped(text: string): Buffer {
  const plain = text.replace(/\\(\\|[0-3][0-7]{2})/g, (_, code: string) =>
    code === '\\' ? code : String.fromCharCode(Number.parseInt(code, 8)),
  );
  return Buffer.from(plain, 'latin1');
}

const asText = (text: string): SqlValue => text;

/** How `pg` is to read results. */
export const valueTypes: CustomTypesConfig = { getTypeParser: (id: number) => parsers[id] ?? asText };

/**
 * The parameters for `pg`, which would silently store null for undefined.
 * @throws BotServerError `value_refused`, see storable-text.ts
 */
export function toParameters(params: readonly SqlValue[]): SqlValue[] {
  return params.map(toStorable);
}
