/** A file of this machine, as `/_sim` takes it. */
import { bytes, plainName, toast } from 'ui-kit';

/** What a page can read at once, in bytes. */
export const MOST_BYTES = 20 * 1_024 * 1_024;

/** Says it of a file that is. */
export function isTooLarge(file: File): boolean {
  if (file.size <= MOST_BYTES) return false;
  toast(
    `${plainName(file)} is too large (${bytes(file.size)}): files of up to ${bytes(MOST_BYTES)} can be shared here.`,
    'bad',
  );
  return true;
}

/** So much is made to letters at a time, in bytes: three of them are four letters, and no step is felt by who types. */
const CHUNK_BYTES = 3 * 256 * 1_024;

/** Undefined: it is too large or cannot be read, which was said. */
export async function contentOf(file: File): Promise<{ base64: Blob } | undefined> {
  if (isTooLarge(file)) return undefined;
  try {
    const parts: Blob[] = [];
    for (let at = 0; at < file.size; at += CHUNK_BYTES)
      parts.push(new Blob([await base64Of(file.slice(at, at + CHUNK_BYTES))]));
    return { base64: new Blob(parts) };
  } catch {
    // A folder that was dropped, or a file that is gone since it was chosen.
    toast(`${plainName(file)} cannot be read.`, 'bad');
    return undefined;
  }
}

/** By the browser, beside the page. */
function base64Of(part: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const url = typeof reader.result === 'string' ? reader.result : '';
      resolve(url.slice(url.indexOf(',') + 1));
    };
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(part);
  });
}

/** The body of a request as JSON in which each Blob is a string of its letters, which need no escapes. The page holds none of them. */
export function jsonWithBlobs(body: object): Blob {
  const blobs: Blob[] = [];
  // No randomUUID: browsers have that for https and their own machine alone.
  const mark = crypto.getRandomValues(new Uint32Array(4)).join('-');
  const text = JSON.stringify(body, (_key, value: unknown) => {
    if (!(value instanceof Blob)) return value;
    blobs.push(value);
    return mark;
  });
  return new Blob(text.split(mark).flatMap((part, index) => [part, blobs[index] ?? '']));
}

/** The files among what is pasted. Office programs add a picture of the words that they copy: those are meant. */
export function pastedFiles(pasted: Pick<DataTransfer, 'files' | 'types'> | null): Iterable<File> {
  if (!pasted || ['text/plain', 'text/html'].every((type) => pasted.types.includes(type))) return [];
  return pasted.files;
}
