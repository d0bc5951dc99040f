/**
 * The shapes of Slack's answers as @slack/web-api types them. Its response types are generated from answers that Slack gave
 * (scripts/generate-web-api-types.sh of slackapi/node-slack-sdk reads java-slack-sdk's json-logs), so that a key there is one
 * that Slack has sent.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { type Kind, newShape, type Shape } from './shape.ts';

const TYPES = join(dirname(createRequire(import.meta.url).resolve('@slack/web-api')), 'types/response');
const keywords: Readonly<Record<string, Kind>> = {
  TSStringKeyword: 'string',
  TSNumberKeyword: 'number',
  TSBooleanKeyword: 'boolean',
};

/** As much of a syntax tree as is read here. */
interface Node {
  readonly type: string;
  readonly [part: string]: unknown;
}

/** The shape of a method's answer; undefined when the SDK has no type for it. */
export function sdkShape(method: string): Shape | undefined {
  const name = `${method.replaceAll(/(^|\.)(.)/g, (_all, _dot, letter: string) => letter.toUpperCase())}Response`;
  const file = join(TYPES, `${name}.d.ts`);
  if (!existsSync(file)) return undefined;
  const shape = newShape();
  new Declarations(readFileSync(file, 'utf8')).add(shape, { type: 'TSTypeReference', typeName: { name } });
  return shape;
}

/** What one file of types declares. */
class Declarations {
  readonly #byName = new Map<string, Node>();
  /** Shared, because types may contain themselves. */
  readonly #interfaces = new Map<string, Shape>();

  constructor(text: string) {
    for (const statement of parseSync('response.d.ts', text).program.body as unknown as Node[]) {
      const declared = (statement.declaration ?? statement) as Node;
      const id = declared.id as { name?: string } | undefined;
      if (id?.name !== undefined) this.#byName.set(id.name, declared);
    }
  }

  /** Adds what a type allows. */
  add(shape: Shape, type: Node): void {
    const kind = keywords[type.type];
    if (kind !== undefined) shape.kinds.add(kind);
    else if (type.type === 'TSArrayType') this.#addArray(shape, type.elementType as Node);
    else if (type.type === 'TSTypeLiteral') this.#addMembers(shape, type.members as Node[]);
    else if (type.type === 'TSUnionType' || type.type === 'TSIntersectionType') {
      for (const one of type.types as Node[]) this.add(shape, one);
    } else if (type.type === 'TSParenthesizedType') this.add(shape, type.typeAnnotation as Node);
    else if (type.type === 'TSTypeReference') this.#addNamed(shape, (type.typeName as { name: string }).name);
    else shape.isOpen = true;
  }

  #addArray(shape: Shape, element: Node): void {
    shape.kinds.add('array');
    shape.items ??= newShape();
    this.add(shape.items, element);
  }

  #addMembers(shape: Shape, members: readonly Node[]): void {
    shape.kinds.add('object');
    const keys = new Map(shape.keys);
    shape.keys = keys;
    for (const member of members) {
      const type = (member.typeAnnotation as Node).typeAnnotation as Node;
      if (member.type === 'TSIndexSignature') this.add((shape.values ??= newShape()), type);
      else {
        const { name, value } = member.key as { name?: string; value?: string };
        const of = newShape();
        keys.set(name ?? value ?? '', of);
        this.add(of, type);
      }
    }
  }

  #addNamed(shape: Shape, name: string): void {
    if (name === 'WebAPICallResult') return;
    const declared = this.#byName.get(name);
    if (declared?.type === 'TSEnumDeclaration') shape.kinds.add('string');
    else if (declared?.type === 'TSTypeAliasDeclaration') this.add(shape, declared.typeAnnotation as Node);
    else if (declared?.type === 'TSInterfaceDeclaration') this.#addInterface(shape, name, declared);
    // Blocks and views of @slack/types: what the app sent.
    else shape.isOpen = true;
  }

  #addInterface(shape: Shape, name: string, declared: Node): void {
    const isKnown = this.#interfaces.has(name);
    const known = this.#interfaces.get(name) ?? newShape();
    this.#interfaces.set(name, known);
    if (!isKnown) this.#addMembers(known, (declared.body as Node).body as Node[]);
    shape.kinds.add('object');
    // The very map of an interface that is still being read, so that what follows is in it.
    shape.keys = shape.keys.size === 0 ? known.keys : new Map([...shape.keys, ...known.keys]);
    if (known.values) shape.values = known.values;
  }
}
