/**
 * Text as Slack keeps it: `&`, `<` and `>` escaped, bare links in angle brackets, references such as `<@U…>` as they are.
 * (https://docs.slack.dev/messaging/formatting-message-text; recorded in vercel/chat, packages/adapter-slack/sample-messages.md)
 */

/** What is looked at, in this order: references (a date's format has spaces) and links with a label, entities, bare links, the signs themselves. */
const PARTS =
  /<(?:[@#][A-Z0-9]+|!date\^\d+\^[^<>|]+|![^<>|\s]+|[a-z][a-z0-9+.-]*:[^<>|\s]+)(?:\|[^<>]*)?>|&(?:amp|lt|gt);|https?:\/\/[^\s<>|"`]+|[&<>]/g;
/** Signs after a link that belong to the sentence. */
const AFTER_LINK = /[.,;:!?'*_~)\]}]+$/;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** The text as it is kept; the same again for text that is in this form already. */
export function slackText(text: string, { hasLinks = true }: { hasLinks?: boolean } = {}): string {
  return text.replaceAll(PARTS, (part) => {
    const sign = ENTITIES[part];
    if (sign !== undefined) return sign;
    if (part.startsWith('http')) return hasLinks ? bracketed(part) : withEntities(part);
    return part.startsWith('<') ? withEntities(part) : part;
  });
}

/** The characters behind the entities. */
export function unescapedText(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function bracketed(link: string): string {
  const [after = ''] = AFTER_LINK.exec(link) ?? [];
  const closes = after.startsWith(')') && link.includes('(') ? 1 : 0;
  const end = link.length - after.length + closes;
  return `<${withEntities(link.slice(0, end))}>${link.slice(end)}`;
}

function withEntities(part: string): string {
  return part.replaceAll(/&(?!(?:amp|lt|gt);)/g, '&amp;');
}
