/** The text of a canvas: markdown into sections, and sections into the HTML in which Slack gives a canvas out. */
import type { CanvasSection } from './model.ts';

const HEADING = /^(#{1,3})\s+(.*)$/;
const LIST_ITEM = /^\s*(?:[-*+]|\d+\.)\s+/;

/** One section per heading, item of a list, paragraph, table, quote and block of code. */
export function sectionsIn(markdown: string, makeId: () => string): CanvasSection[] {
  const sections: CanvasSection[] = [];
  const add = (kind: CanvasSection['kind'], lines: readonly string[]) => {
    if (lines.length > 0) sections.push({ id: makeId(), kind, markdown: lines.join('\n') });
  };
  let paragraph: string[] = [];
  let isCode = false;
  const flush = () => {
    add('text', paragraph);
    paragraph = [];
  };
  for (const line of markdown.split(/\r\n|\r|\n/)) {
    const isFence = line.startsWith('```');
    const [, marks] = HEADING.exec(line) ?? [];
    if (isFence && !isCode) flush();
    if (isCode || isFence) paragraph.push(line);
    else if (marks !== undefined || LIST_ITEM.test(line)) {
      flush();
      add(marks === undefined ? 'text' : (`h${marks.length}` as CanvasSection['kind']), [line]);
    } else if (line.trim() === '') flush();
    else paragraph.push(line);
    if (isFence && isCode) flush();
    if (isFence) isCode = !isCode;
  }
  flush();
  return sections;
}

/**
 * What Slack refuses of it, in its words: a list in a quote, and a list with numbers within one without, or the reverse. (The example
 * of an error at https://docs.slack.dev/reference/methods/canvases.create; java-slack-sdk, canvases_Test error_detail)
 */
export function markdownProblem(markdown: string): string | undefined {
  const lines = markdown.split(/\r\n|\r|\n/);
  const quoted = lines.findIndex((line) => /^>\s*(?:[-*+]|\d+\.)\s/.test(line));
  if (quoted >= 0) return `'content' error: line ${quoted + 1}: Unsupported block type (List) within block quote`;
  const mixed = mixedListLine(lines);
  return mixed < 0 ? undefined : `'content' error: line ${mixed + 1}: Unsupported list type`;
}

/** The first indented item that is not of the kind of the item above its list; -1 without one. */
function mixedListLine(lines: readonly string[]): number {
  let outerKind: boolean | undefined;
  let isCode = false;
  return lines.findIndex((line) => {
    if (line.startsWith('```')) isCode = !isCode;
    const [, indent, number] = isCode ? [] : (/^(\s*)(?:[-*+]|(\d+\.))\s/.exec(line) ?? []);
    if (indent === undefined) {
      if (line.trim() !== '' && !/^\s/.test(line)) outerKind = undefined;
      return false;
    }
    const isNumbered = number !== undefined;
    if (indent.length < 2 || outerKind === undefined) outerKind = isNumbered;
    return outerKind !== isNumbered;
  });
}

/** Under the root element that Slack's own has; lists, links and styles stay as they were written. */
export function htmlOf(title: string, sections: readonly CanvasSection[]): string {
  const heading = title === '' ? '' : `<h1>${escaped(title)}</h1>`;
  return `<div class="quip-canvas-content">${heading}${sections.map(sectionHtml).join('')}</div>`;
}

function sectionHtml({ id, kind, markdown }: CanvasSection): string {
  if (kind !== 'text') return `<${kind} id="${id}">${escaped(markdown.replace(HEADING, '$2'))}</${kind}>`;
  return `<p id="${id}" class="line">${escaped(markdown).replaceAll('\n', '<br/>')}</p>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
