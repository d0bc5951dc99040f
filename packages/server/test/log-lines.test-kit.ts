/** What a machine makes of a log with LOG_FORMAT=json: one object for each line, with a level, a time and a message. */

/** The lines that are none; of a text that ends within a line, that one does not count. */
export function faultyLogLines(text: string): string[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.filter((line) => !isLogLine(line));
}

function isLogLine(line: string): boolean {
  try {
    const { level, time, msg } = JSON.parse(line) as Record<string, unknown>;
    return typeof level === 'number' && typeof msg === 'string' && !Number.isNaN(Date.parse(String(time)));
  } catch {
    return false;
  }
}
