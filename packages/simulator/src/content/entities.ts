/** Reads the entities of Work Objects, and says what is wrong with them. */
import { z } from 'zod';
import type { Entity } from '../workspace/model.ts';

const word = z.string().min(1);
const action = z.looseObject({
  text: word,
  action_id: word.max(255),
  value: z.string().max(2000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  url: z.string().max(3000).optional(),
  accessibility_label: z.string().max(75).optional(),
});
const reference = z.looseObject({ id: word, type: z.string().optional() });

/** What a pane of details may show. (https://docs.slack.dev/messaging/work-objects-implementation; @slack/types, EntityMetadata) */
const details = z.looseObject({
  entity_type: z.enum([
    'slack#/entities/file',
    'slack#/entities/task',
    'slack#/entities/incident',
    'slack#/entities/content_item',
    'slack#/entities/item',
  ]),
  url: word.optional(),
  external_ref: reference.optional(),
  entity_payload: z.looseObject({
    attributes: z.looseObject({
      title: z.looseObject({ text: word }),
      display_type: z.string().optional(),
      display_id: z.string().optional(),
      product_name: z.string().optional(),
    }),
    fields: z.record(z.string(), z.looseObject({})).optional(),
    custom_fields: z.array(z.looseObject({ key: word, label: word, type: word })).optional(),
    display_order: z.array(z.string()).optional(),
    actions: z
      .looseObject({
        primary_actions: z.array(action).max(2).optional(),
        overflow_actions: z.array(action).max(5).optional(),
      })
      .optional(),
  }),
});
/** What stands under a message says besides what it is and where. */
const posted = details.extend({ url: word, external_ref: reference, app_unfurl_url: word.optional() });

const unfurled = posted.extend({ app_unfurl_url: word });

/** Details of an entity, as entity.presentDetails takes them. */
export type EntityDetails = z.output<typeof details>;

/** An entity read, or what is wrong with it in Slack's way to say so. */
export type ReadEntity<Read> = { readonly entity: Read } | { readonly problems: readonly string[] };

/**
 * @param pointer Where it stands in the call.
 * @param options.isUnfurled Whether it must name the link that it stands for. @defaultValue false
 */
export function readEntity(
  raw: unknown,
  pointer: string,
  { isUnfurled = false }: { isUnfurled?: boolean } = {},
): ReadEntity<Entity> {
  return read(isUnfurled ? unfurled : posted, raw, pointer);
}

/** @param pointer Where they stand in the call. */
export function readDetails(raw: unknown, pointer: string): ReadEntity<EntityDetails> {
  return read(details, raw, pointer);
}

function read<Read>(schema: z.ZodType<Read>, raw: unknown, pointer: string): ReadEntity<Read> {
  const result = schema.safeParse(raw);
  if (result.success) return { entity: result.data };
  const problems = result.error.issues.map(
    ({ message, path }) => `[ERROR] ${message} [json-pointer:${[pointer, ...path].join('/')}]`,
  );
  return { problems };
}
