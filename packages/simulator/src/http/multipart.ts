/** Reads multipart bodies of every client: what Node's parser takes, and quotes in file names as Go writes them. */

/**
 * The form in a body of type `multipart/form-data`.
 * @throws TypeError when it is none
 */
export async function readForm(contentType: string, bytes: Buffer): Promise<FormData> {
  try {
    return await parse(contentType, bytes);
  } catch {
    return parse(contentType, withPlainQuotes(contentType, bytes));
  }
}

function parse(contentType: string, bytes: Buffer): Promise<FormData> {
  return new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
}

/** Browsers write `%22` for a quote in a name, and Node reads only that; Go and older clients write `\"`. (mime/multipart) */
function withPlainQuotes(contentType: string, bytes: Buffer): Buffer {
  const [, quoted, bare] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  const boundary = (quoted ?? bare ?? '').replaceAll(/\W/g, String.raw`\$&`);
  const headers = new RegExp(`--${boundary}\r\n[^]*?\r\n\r\n`, 'g');
  // As latin1, so that each byte of the content is one character and comes back as it was.
  const text = bytes.toString('latin1').replaceAll(headers, (found) => found.replaceAll('\\"', '%22'));
  return Buffer.from(text, 'latin1');
}
