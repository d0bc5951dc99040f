/**
 * The lines before, of a dry run in several calls. Each call begins with what is stored, so that it is told of the lines of earlier calls
 * on which its own build: those of the same team, of an organization with that workspace, of the team of a document.
 */
import { readDocumentLine } from './import-document.ts';
import type { ImportFormat } from './import-formats/import-format.ts';
import { createLineReader, type LineReader } from './import-formats/line-reader.ts';
import { idsOf, MAX_IMPORT_CHARS, MAX_IMPORT_LINES } from './import-lines.ts';
import type { ImportedLine } from './imported-line.ts';

interface Earlier {
  /** In the order of the file. */
  place: number;
  content: string;
  /** The team that it wrote; undefined of a document. */
  key?: string;
}

/** What a line writes to, and on what it builds besides. */
interface Touched extends Pick<Earlier, 'key'> {
  ids: readonly string[];
  needs: readonly string[];
  isOrganization: boolean;
}

export class EarlierLines {
  readonly #reader: LineReader;
  readonly #byId = new Map<string, Earlier[]>();
  /** They have let workspaces in of which their lines say nothing. */
  readonly #organizationsBack: Earlier[] = [];
  #places = 0;

  /** @param format As the operation is told. */
  constructor(format?: ImportFormat) {
    this.#reader = createLineReader({ nowMs: 0, format });
  }

  /** Those of which a call with these lines is to be told, as far as there is room: the newest then. */
  before(lines: readonly string[]): string[] {
    const found = new Set(this.#organizationsBack);
    const ids = new Set(lines.flatMap((content) => this.#touched(content)?.needs ?? []));
    // A set gives what is added to it on the way, too.
    for (const id of ids) {
      for (const earlier of this.#byId.get(id) ?? []) {
        found.add(earlier);
        if (earlier.key !== undefined) ids.add(earlier.key);
      }
    }
    let chars = 0;
    return Array.from(found)
      .toSorted((a, b) => b.place - a.place)
      .slice(0, MAX_IMPORT_LINES)
      .map(({ content }) => content)
      .filter(({ length }) => (chars += length) <= MAX_IMPORT_CHARS)
      .toReversed();
  }

  /** Notes what a call has answered. What it left as it was is nothing to build on. */
  add(lines: readonly string[], { firstLine, results }: { firstLine: number; results: readonly ImportedLine[] }): void {
    for (const result of results) {
      if ('error' in result || result.outcome === 'unchanged') continue;
      const content = lines[result.line - firstLine] ?? '';
      const touched = this.#touched(content);
      if (!touched) continue;
      const { ids, key, isOrganization } = touched;
      const earlier = { place: ++this.#places, content, ...(key !== undefined && { key }) };
      for (const id of ids) this.#note(id, earlier);
      if (isOrganization && result.outcome === 'reactivated') this.#organizationsBack.push(earlier);
    }
  }

  #note(id: string, earlier: Earlier): void {
    const known = this.#byId.get(id);
    if (known) known.push(earlier);
    else this.#byId.set(id, [earlier]);
  }

  /** Undefined of a bad line. */
  #touched(content: string): Touched | undefined {
    const document = readDocumentLine(content);
    if (document) {
      if ('error' in document) return undefined;
      const id = JSON.stringify([document.team_id, document.document.key]);
      return { ids: [id], needs: [document.team_id, id], isOrganization: false };
    }
    const read = this.#reader.read(content);
    if (!('input' in read)) return undefined;
    const ids = idsOf(read.input);
    return { ids, needs: ids, key: read.input.key, isOrganization: read.input.isEnterprise };
  }
}
