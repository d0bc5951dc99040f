/** A file of this machine, as `/_sim` takes it. */
import { toast } from 'ui-kit';

/** What a page can read at once. */
const MOST_BYTES = 20 * 1_024 * 1_024;
/** So many at a time become letters: more arguments than a call can have would throw. */
const CHUNK_BYTES = 0x8000;

/** Undefined: it is too large, which was said. */
export async function contentOf(file: File): Promise<{ base64: string } | undefined> {
  if (file.size > MOST_BYTES) {
    toast(`${file.name} is too large: files of up to 20 MiB can be shared here.`, 'bad');
    return undefined;
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = '';
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK_BYTES));
  return { base64: btoa(binary) };
}
