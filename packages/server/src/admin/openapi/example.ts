/** Examples for the document, made of schemas: what a reader copies must be accepted. */
import type { z } from 'zod';
import type { JsonSchema } from '../route.ts';

/** An example that the schema accepts; undefined when none can be made of its JSON Schema. */
export function exampleOf(schema: z.ZodType, json: JsonSchema): unknown {
  return candidatesOf(json).find((candidate) => schema.safeParse(candidate).success);
}

/** What must be given; and the same with each other field, where the fields ask for one of several ways. */
function candidatesOf(json: JsonSchema): unknown[] {
  const { type, properties, required = [] } = json;
  if (type !== 'object' || !properties) return [valueOf(json)];
  const entries = Object.entries(properties as Record<string, JsonSchema>);
  const given = entries.filter(([name]) => required.includes(name));
  const others = entries.filter(([name]) => !required.includes(name));
  return [[], ...others.map((one) => [one])].map((more) =>
    Object.fromEntries([...given, ...more].map(([name, field]) => [name, valueOf(field)])),
  );
}

/** A time, so that an example says the same at each start. */
const TIME = '2026-11-18T11:06:40.000Z';

function valueOf(json: JsonSchema): unknown {
  const { const: only, enum: words, examples, default: usual, type, anyOf, oneOf, minimum = 0 } = json;
  const [given] = (examples as unknown[] | undefined) ?? [];
  if (given !== undefined) return given;
  if (only !== undefined) return only;
  if (usual !== undefined) return usual;
  if (words) return words[0];
  const [first] = [...(anyOf ?? []), ...(oneOf ?? [])];
  if (first) return valueOf(first as JsonSchema);
  switch (String([type].flat()[0])) {
    case 'string':
      return json.format === 'date-time' ? TIME : 'text';
    case 'integer':
    case 'number':
      return Math.max(1, minimum);
    case 'boolean':
      return true;
    case 'array':
      return [valueOf((json.items as JsonSchema | undefined) ?? {})];
    case 'object':
      return objectOf(json);
    default:
      return null;
  }
}

function objectOf({ properties = {}, additionalProperties }: JsonSchema): object {
  const fields = Object.entries(properties as Record<string, JsonSchema>).map(([name, field]) => [
    name,
    valueOf(field),
  ]);
  if (fields.length > 0 || typeof additionalProperties !== 'object') return Object.fromEntries(fields);
  return { name: valueOf(additionalProperties as JsonSchema) };
}
