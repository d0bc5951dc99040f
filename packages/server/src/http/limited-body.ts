/** Reads the body of a request, and no more of it than may be. */

/**
 * The bytes; undefined when there are more than `maxBytes`. What is too much is neither read nor cancelled: Node's adapter would still
 * be given what its stream had buffered, and an exception that nobody catches ends the process. The connection is closed by the server.
 * @throws what the body does, when its sender is gone
 */
export async function readAtMost(request: Request, maxBytes: number): Promise<Buffer | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return undefined;
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of request.body?.values({ preventCancel: true }) ?? []) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
