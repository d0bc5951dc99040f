/**
 * The lines before, of a dry run on a server, where each call begins with what is stored: it is told of the lines of earlier calls on
 * which its own depend. Those are of the same team, of an organization with that workspace, and of the team of a document.
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
  /** The same line as an object, where it names workspaces: it is sent with those that are wanted. */
  organization?: OrganizationLine;
}

interface OrganizationLine {
  workspaces: readonly { team_id: string }[];
}

/** What a line writes to, and on what it depends besides. */
interface Touched extends Pick<Earlier, 'key'> {
  ids: readonly string[];
  needs: readonly string[];
  isOrganization: boolean;
  namesWorkspaces: boolean;
}

/** The next call of a dry run. */
export interface NextCall {
  /** The first of the lines that are left. */
  lines: readonly string[];
  before: string[];
  /** False where not even one line goes with all on which it depends. */
  isComplete: boolean;
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

  /** As many of these lines as go with all on which they depend, but at least one. */
  next(lines: readonly string[]): NextCall {
    for (let count = lines.length; ; count = Math.ceil(count / 2)) {
      const first = lines.slice(0, count);
      const needed = this.#neededBy(first);
      const before = newestThatFit(needed);
      const isComplete = before.length === needed.length;
      if (isComplete || count <= 1) return { lines: first, before, isComplete };
    }
  }

  /** Notes what a call has answered. What it left as it was is nothing to build on. */
  add(lines: readonly string[], { firstLine, results }: { firstLine: number; results: readonly ImportedLine[] }): void {
    for (const result of results) {
      if ('error' in result || result.outcome === 'unchanged') continue;
      const content = lines[result.line - firstLine] ?? '';
      const touched = this.#touched(content);
      if (!touched) continue;
      const { ids, key, isOrganization } = touched;
      const earlier = {
        place: ++this.#places,
        content,
        ...(key !== undefined && { key }),
        ...(touched.namesWorkspaces && { organization: JSON.parse(content.trim()) as OrganizationLine }),
      };
      for (const id of ids) this.#note(id, earlier);
      if (isOrganization && result.outcome === 'reactivated') this.#organizationsBack.push(earlier);
    }
  }

  /** Of a document only the last value counts. */
  #note(id: string, earlier: Earlier): void {
    const known = this.#byId.get(id);
    if (known && earlier.key !== undefined) known.push(earlier);
    else this.#byId.set(id, [earlier]);
  }

  /** In the order of the file. */
  #neededBy(lines: readonly string[]): string[] {
    const found = new Set(this.#organizationsBack);
    const ids = new Set(lines.flatMap((content) => this.#touched(content)?.needs ?? []));
    // A set gives what is added to it on the way, too.
    for (const id of ids) {
      for (const earlier of this.#byId.get(id) ?? []) {
        found.add(earlier);
        if (earlier.key !== undefined) ids.add(earlier.key);
      }
    }
    return Array.from(found)
      .toSorted((a, b) => a.place - b.place)
      .map((earlier) => contentFor(ids, earlier));
  }

  /** Undefined of a bad line. */
  #touched(content: string): Touched | undefined {
    const document = readDocumentLine(content);
    if (document) {
      if ('error' in document) return undefined;
      const id = JSON.stringify([document.team_id, document.document.key]);
      return { ids: [id], needs: [document.team_id, id], isOrganization: false, namesWorkspaces: false };
    }
    const read = this.#reader.read(content);
    if (!('input' in read)) return undefined;
    const { key, isEnterprise, workspaces } = read.input;
    const ids = idsOf(read.input);
    return { ids, needs: ids, key, isOrganization: isEnterprise, namesWorkspaces: workspaces !== undefined };
  }
}

function contentFor(wanted: ReadonlySet<string>, { content, organization }: Earlier): string {
  if (!organization) return content;
  const workspaces = organization.workspaces.filter(({ team_id }) => wanted.has(team_id));
  return JSON.stringify({ ...organization, workspaces });
}

function newestThatFit(contents: readonly string[]): string[] {
  const fitting: string[] = [];
  let chars = 0;
  for (const content of contents.toReversed()) {
    chars += content.length;
    if (chars > MAX_IMPORT_CHARS || fitting.length === MAX_IMPORT_LINES) break;
    fitting.push(content);
  }
  return fitting.toReversed();
}
