/** Reads the lines of one import: the first that can be understood tells whose they are, unless the operator did. */
import { readBoltInstallation } from './bolt-installation.ts';
import { type FormatReader, formatOf, type ImportFormat, type ReadLine } from './import-format.ts';
import { readOwnLine } from './own-line.ts';
import { readPythonInstallation } from './python-installation.ts';
import { readRubyRow } from './ruby-row.ts';

const readers: Readonly<Record<ImportFormat, FormatReader>> = {
  'slack-bot-server': readOwnLine,
  'slack-ruby-bot-server': readRubyRow,
  'bolt-js': readBoltInstallation,
  'bolt-python': readPythonInstallation,
};

export interface LineReader {
  /** Whose lines they are; undefined until one was understood. */
  readonly format: ImportFormat | undefined;
  /** Names of fields of another program that nothing was made of, in the order in which they came. */
  readonly ignored: ReadonlySet<string>;
  read(content: string): ReadLine;
}

/** Names that an answer repeats; a table has dozens of columns, not thousands. */
const MAX_IGNORED = 100;

/**
 * @param nowMs From when times to live count.
 * @param appId Of the database; lines that say another one are bad. Null: it is not known.
 */
export function createLineReader({
  nowMs,
  format: given,
  appId = null,
}: {
  nowMs: number;
  format?: ImportFormat | undefined;
  appId?: string | null;
}): LineReader {
  let format = given;
  const ignored = new Set<string>();
  return {
    get format() {
      return format;
    },
    ignored,
    read(content) {
      const value = parsed(content);
      if (value === undefined) {
        const example = '{"team_id":"T0ACME0001","name":"Acme","bot_token":"…"}';
        return { error: `is not JSON; each line must be one object, for example ${example}` };
      }
      if (typeof value === 'object' && value !== null) format ??= formatOf(value);
      const line = readers[format ?? 'slack-bot-server'](value, nowMs);
      for (const name of ('ignored' in line && line.ignored) || []) {
        if (ignored.size < MAX_IGNORED) ignored.add(name.slice(0, 64));
      }
      return ofOtherApp(line, appId) ?? line;
    },
  };
}

/** Its tokens would work, and its events never come: the server takes those of one app. No force changes that. */
function ofOtherApp(line: ReadLine, appId: string | null): { error: string } | undefined {
  if (appId === null || !('input' in line)) return undefined;
  const { key, appId: other } = line.input;
  if (other === null || other === appId) return undefined;
  return {
    error: `team ${key} is of app ${other}, this database is of ${appId}: import it into the database of its own app`,
  };
}

/** Undefined when it is no JSON. */
function parsed(content: string): unknown {
  try {
    // Trimmed: some editors begin a file with a byte order mark, which trim() counts as space and JSON.parse does not.
    return JSON.parse(content.trim());
  } catch {
    return undefined;
  }
}
