/** The metadata that an install link carries, read from its address: what may stand in it is install-metadata.ts. */
import { faultOfMetadata, MAX_METADATA_BYTES } from '../installation/install-metadata.ts';
import type { Problem } from './problem.ts';

/** The metadata in an address; an empty one is none. Or what is wrong with it, in words for whoever made the link. */
export function metadataIn(address: string): { metadata: string | undefined } | { problem: Problem } {
  const [text, ...more] = new URL(address).searchParams.getAll('metadata');
  if (more.length > 0)
    return { problem: problemOf('This link has more than one metadata parameter', 'Only one is taken.') };
  const fault = text === undefined ? undefined : faultOfMetadata(text);
  if (fault?.kind === 'too_long') {
    const title = `The metadata of this link is longer than ${MAX_METADATA_BYTES} bytes`;
    return { problem: problemOf(title, `It has ${fault.bytes} bytes.`) };
  }
  if (fault)
    return {
      problem: problemOf('The metadata of this link is not text', 'It must be UTF-8 without control characters.'),
    };
  return { metadata: text || undefined };
}

function problemOf(title: string, why: string): Problem {
  const what = `${why} Whoever made the link must correct it; without metadata the bot can be added all the same.`;
  return { httpStatus: 400, status: 'Not accepted', title, what, next: 'home' };
}
