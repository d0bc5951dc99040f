/**
 * Long operations over HTTP. Whoever accepts application/x-ndjson gets a line for each step as it comes and one for the end:
 * {"progress": …} …, then {"result": …} or {"problem": …}. All others get one answer at the end.
 */

export const LINES_TYPE = 'application/x-ndjson';

const LINES_RANGE = /^application\/(?:x-)?ndjson\s*(?:;|$)/i;

/** Whether the client asked for lines. */
export function wantsLines(request: Request): boolean {
  const ranges = (request.headers.get('accept') ?? '').split(',').map((range) => range.trim());
  // What has q=0 is not acceptable. (https://www.rfc-editor.org/rfc/rfc9110#name-quality-values)
  return ranges.some((range) => LINES_RANGE.test(range) && !/;\s*q=0(?:\.0{0,3})?\s*(?:;|$)/i.test(range));
}

export interface LinesDeps {
  readonly toJson: (value: unknown) => string;
  /** The problem that an error is; tells the log as well. */
  readonly problemOf: (error: unknown) => unknown;
}

/** Runs the work and answers its steps as they come. The status is 200 in any case: how it ended is the last line. */
export function answerLines(
  work: (onProgress: (progress: unknown) => void) => Promise<unknown>,
  deps: LinesDeps,
): Response {
  const encoder = new TextEncoder();
  let isGone = false;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const tell = (line: object) => {
        if (!isGone) controller.enqueue(encoder.encode(`${deps.toJson(line)}\n`));
      };
      void work((progress) => tell({ progress }))
        .then(
          (result) => tell({ result }),
          (error: unknown) => tell({ problem: deps.problemOf(error) }),
        )
        .finally(() => {
          if (!isGone) controller.close();
        });
    },
    cancel() {
      isGone = true;
    },
  });
  return new Response(body, { headers: { 'content-type': LINES_TYPE } });
}
