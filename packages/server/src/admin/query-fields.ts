/** The fields of an input out of a query, which knows texts only: numbers and booleans become what the schema asks for. */
import { BotServerError } from '../errors.ts';
import type { JsonSchema, Route } from './route.ts';

/**
 * Reads the query of a request. What does not fit stays the text that it is, so that the operation says what is allowed.
 * @example `?limit=20&state=failed` → { limit: 20, state: 'failed' }
 */
export function queryFields(query: URLSearchParams, { fields }: Pick<Route, 'fields'>): Record<string, unknown> {
  const names = new Set(query.keys());
  return Object.fromEntries([...names].map((name) => [name, valueOf(query.getAll(name), fieldOf(fields, name))]));
}

/** @throws BotServerError `invalid_input` when the body or query names the field as well */
export function withPathField(
  input: unknown,
  { pathField, fields }: Pick<Route, 'pathField' | 'fields'>,
  pathValue: string | undefined,
): unknown {
  if (pathField === undefined || typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  if (Object.hasOwn(input, pathField))
    throw new BotServerError('invalid_input', `${pathField} stands in the path, and must not stand elsewhere`);
  return { ...input, [pathField]: pathValue === undefined ? pathValue : single(pathValue, fieldOf(fields, pathField)) };
}

function fieldOf(fields: Route['fields'], name: string): JsonSchema | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function valueOf(texts: readonly string[], schema: JsonSchema | undefined): unknown {
  const item = itemOf(schema);
  if (item) return texts.map((text) => single(text, item));
  // Given twice, what takes one value is refused as a list.
  return texts.length === 1 ? single(texts[0] ?? '', schema) : texts;
}

function single(text: string, schema: JsonSchema | undefined): unknown {
  const types = typesOf(schema);
  const isNumber = types.has('number') || types.has('integer');
  // Of hundreds of digits nothing is left but Infinity: that stays a text.
  if (isNumber && /^-?\d{1,20}(\.\d{1,20})?$/.test(text)) return Number(text);
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** The schema of the items, when a list is asked for. */
function itemOf(schema: JsonSchema | undefined): JsonSchema | undefined {
  if (!typesOf(schema).has('array')) return undefined;
  const lists = [schema, ...(schema?.anyOf ?? []), ...(schema?.oneOf ?? [])];
  const items = lists.find((one) => typeof one === 'object' && one.items !== undefined) as JsonSchema | undefined;
  return typeof items?.items === 'object' && !Array.isArray(items.items) ? (items.items as JsonSchema) : {};
}

function typesOf(schema: JsonSchema | undefined): ReadonlySet<string> {
  if (!schema) return new Set();
  const { type, const: only, anyOf = [], oneOf = [], allOf = [] } = schema;
  const own = [...[type ?? []].flat(), ...(only === undefined ? [] : [typeof only])];
  const inner = [...anyOf, ...oneOf, ...allOf].flatMap((one) =>
    typeof one === 'object' ? [...typesOf(one as JsonSchema)] : [],
  );
  return new Set([...own, ...inner]);
}
