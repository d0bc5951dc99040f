/**
 * Schemas as a reader of another version takes them: where a schema knows some words, any word will do, at any depth. What is no word (a
 * number for a list, a field that is missing) is refused as before. Pure.
 */
import { z } from 'zod';

type AnySchema = z.core.$ZodType;

/** Schemas are made once and asked often. */
const known = new WeakMap<AnySchema, AnySchema>();

/** The same schema, which takes words that it does not know and keeps them as they are. */
export function lenientSchema(schema: AnySchema): AnySchema {
  const made = known.get(schema);
  if (made) return made;
  // A schema may hold itself.
  known.set(
    schema,
    z.lazy(() => lenient),
  );
  const lenient: AnySchema = lenientOf(schema as z.core.$ZodTypes);
  known.set(schema, lenient);
  return lenient;
}

function lenientOf(schema: z.core.$ZodTypes): AnySchema {
  const { def } = schema._zod;
  if (def.type === 'enum' || def.type === 'literal') return knowsWords(schema) ? z.union([schema, z.string()]) : schema;
  if (def.type === 'object') return z.core.clone(schema, { ...def, shape: shapeOf(def.shape) });
  if (def.type === 'array') return z.core.clone(schema, { ...def, element: lenientSchema(def.element) });
  if (def.type === 'record') return z.core.clone(schema, { ...def, valueType: lenientSchema(def.valueType) });
  if (def.type === 'union') return lenientUnion(def);
  if ('innerType' in def) return z.core.clone(schema, { ...def, innerType: lenientSchema(def.innerType) } as never);
  return schema;
}

/** Whether there are words for it, and not only numbers or null. */
function knowsWords({ _zod: { values } }: AnySchema): boolean {
  return [...(values ?? [])].some((value) => typeof value === 'string');
}

function shapeOf(shape: z.core.$ZodShape): z.core.$ZodShape {
  return Object.fromEntries(Object.entries(shape).map(([name, field]) => [name, lenientSchema(field as AnySchema)]));
}

/** What is known comes first: a member that takes any word would take those of its neighbours as well. */
function lenientUnion(def: z.core.$ZodUnionDef): AnySchema {
  const { discriminator } = def as Partial<z.core.$ZodDiscriminatedUnionDef>;
  if (discriminator === undefined) return z.union([...def.options, ...def.options.map(lenientSchema)]);
  const kinds = new Set(def.options.flatMap((option) => [...(option._zod.propValues?.[discriminator] ?? [])]));
  const unknown = z.looseObject({ [discriminator]: z.string().refine((kind) => !kinds.has(kind)) });
  return z.union([...def.options, ...def.options.map((option) => ofItsKind(option, discriminator)), unknown]);
}

/** The kind says which member it is, and stays what it is. */
function ofItsKind(option: AnySchema, discriminator: string): AnySchema {
  const { def } = (option as z.core.$ZodTypes)._zod;
  if (def.type !== 'object') return lenientSchema(option);
  const shape = { ...shapeOf(def.shape), [discriminator]: def.shape[discriminator] as AnySchema };
  return z.core.clone(option as z.core.$ZodObject, { ...def, shape });
}
