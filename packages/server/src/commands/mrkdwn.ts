/** Slack's own marks in a text: what was escaped, links and mentions. Pure. (https://docs.slack.dev/messaging/formatting-message-text) */
import type { Link } from './pattern-types.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/**
 * Makes a text safe to be shown: `<!channel>`, which somebody wrote as a word, would call everybody when a bot repeats it.
 * Captures are unescaped; escape what you say of them.
 */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** What a person wrote, of what Slack made of it: links are what they show, mentions stay mentions without their label. */
export function plainText(raw: string): string {
  if (!raw.includes('<') && !raw.includes('&')) return raw;
  // A bracket is looked for up to the next one of either kind, so that a text of nothing but brackets takes no longer.
  return raw.replace(/<([^<>]+)>|&(?:amp|lt|gt);/g, (found, inside: string | undefined) =>
    inside === undefined ? (ENTITIES[found] ?? found) : plainMark(inside),
  );
}

function plainMark(inside: string): string {
  if (/^[@#!]/.test(inside)) return `<${inside.split('|')[0]}>`;
  const { url, label } = linkIn(inside);
  // Slack made the link itself of an address without its scheme; the label is what was written.
  return label !== undefined && url.endsWith(label) ? label : url;
}

/** Of what stands between the brackets. */
export function linkIn(inside: string): Link {
  const bar = inside.indexOf('|');
  if (bar < 0) return { url: unescaped(inside) };
  return { url: unescaped(inside.slice(0, bar)), label: unescaped(inside.slice(bar + 1)) };
}

function unescaped(text: string): string {
  return text.replace(/&(?:amp|lt|gt);/g, (found) => ENTITIES[found] ?? found);
}
