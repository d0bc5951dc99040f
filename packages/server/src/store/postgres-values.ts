/** Values on their way to PostgreSQL and back: what a repository meets is the same on both engines. */
import type { CustomTypesConfig } from 'pg';
import { toStorable } from './storable-text.ts';
import type { SqlValue } from './store.ts';

const toNumber = (text: string): number => Number(text);

/** By type id (`select oid from pg_type`); every other type arrives as its text. */
const parsers: Readonly<Record<number, (text: string) => SqlValue>> = {
  // bool, as SQLite has it
  16: (text) => (text === 't' ? 1 : 0),
  // bytea: '\x' and hexadecimal digits
  17: (text) => {
    const { buffer, byteOffset, byteLength } = Buffer.from(text.slice(2), 'hex');
    return new Uint8Array(buffer, byteOffset, byteLength);
  },
  // int8, int2, int4, float4, float8, and numeric, which is what sum() of int8 answers
  20: toNumber,
  21: toNumber,
  23: toNumber,
  700: toNumber,
  701: toNumber,
  1700: toNumber,
};

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
