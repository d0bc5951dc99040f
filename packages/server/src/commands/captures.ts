/** How a word becomes the value of a capture, by the capture's type. Pure. */
import { linkIn } from './mrkdwn.ts';
import type { CaptureTypeName, CaptureTypes } from './pattern-types.ts';
import { type Token, wordOf } from './tokens.ts';

/** Undefined when the word is nothing of the kind. */
type Reader<Name extends CaptureTypeName> = (token: Token) => CaptureTypes[Name] | undefined;

export const readers: { readonly [Name in CaptureTypeName]: Reader<Name> } = {
  word: wordOf,
  number: (token) => {
    const word = wordOf(token);
    return /^[+-]?(\d{1,15}(\.\d{1,15})?|\.\d{1,15})$/.test(word) ? Number(word) : undefined;
  },
  user: (token) => mentionIn(token, /^<@([UW][A-Z0-9]+)(?:\|([^<>]*))?>$/),
  channel: (token) => mentionIn(token, /^<#([CGD][A-Z0-9]+)(?:\|([^<>]*))?>$/),
  link: ({ raw }) => {
    const [, inside] = /^<([a-z][a-z0-9+.-]*:[^<>]+)>$/i.exec(raw) ?? [];
    return inside === undefined ? undefined : linkIn(inside);
  },
  email: (token) => {
    const word = wordOf(token).replace(/^mailto:/, '');
    return /^[^\s@<>]{1,64}@[^\s@<>]{1,255}$/.test(word) ? word : undefined;
  },
};

export function isCaptureType(name: string): name is CaptureTypeName {
  return Object.hasOwn(readers, name);
}

function mentionIn({ raw }: Token, form: RegExp): { id: string; name?: string } | undefined {
  const [, id, name] = form.exec(raw) ?? [];
  if (id === undefined) return undefined;
  return name === undefined || name === '' ? { id } : { id, name };
}
