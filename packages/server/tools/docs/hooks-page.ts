/** docs/hooks.md, made of the comments of BotServerEvents and of the types that its payloads have. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GENERATED, table } from './markdown.ts';

const SOURCE = readFileSync(join(import.meta.dirname, '../../src/events.ts'), 'utf8');

export function hooksPage(): string {
  const hooks = membersOf('BotServerEvents').map(({ name, comment, type }) => [
    `\`${name}\``,
    comment,
    payloadOf(type),
  ]);
  return `# Which hooks are there?

${GENERATED}

\`server.on(name, hook)\` adds a hook and returns what removes it. A hook may be asynchronous; one that throws or takes longer than ten seconds does not
stop the others, and is reported to the hook \`error\`. Hooks of a team run one after the other. \`installing\` and \`purging\` are asked first: \`{ veto: 'why' }\`
refuses, and so do throwing and taking too long.

\`\`\`ts
server.on('installing', async ({ teamName }) => (teamName === 'Acme' ? { veto: 'Not in this workspace.' } : undefined));
server.on('installed', async ({ teamId, scopes }) => { await server.data(teamId).set('scopes', [...scopes]); });
server.on('error', ({ teamId, where, error }) => { console.error(teamId, where, error.code); });
\`\`\`

${table(['hook', 'when', 'with'], hooks)}

${sections()}
## In what order

| | |
|---|---|
| a team installs | \`installing\`, \`installed\`; on RTM then \`starting\`, \`started\` |
| it installs again | \`installing\`, \`reinstalled\`; was it inactive or suspended, also \`reactivated\` |
| it removes the bot | \`deactivating\`, \`stopping\`, \`deactivated\`, \`stopped\` |
| the server starts | \`booting\`, \`starting\` and \`started\` of each team (RTM), \`booted\` |
| a connection is lost | \`reconnecting\`, \`gap\` |
`;
}

/** The payloads that have a name of their own. */
function sections(): string {
  const named = ['InstallingFacts', 'TeamFacts', 'InstalledFacts'];
  return named
    .map((name) => {
      const rows = membersOf(name).map((member) => [`\`${member.name}\``, `\`${member.type}\``, member.comment]);
      return `## ${name}\n\n${table(['field', 'type', ''], rows)}\n`;
    })
    .join('\n');
}

interface Member {
  name: string;
  type: string;
  comment: string;
}

const MEMBER = /(?: {2}\/\*\*([^]*?)\*\/\n)? {2}(\w+)\??: ((?:\{[^}]*\}|[^;{}])+);/g;

function membersOf(name: string): Member[] {
  const body = new RegExp(`export interface ${name}\\b[^{]*\\{\\n([^]*?)\\n\\}`).exec(SOURCE)?.[1] ?? '';
  return Array.from(body.matchAll(MEMBER), ([, comment = '', field = '', type = '']) => ({
    name: field,
    type,
    comment: comment
      .replaceAll(/\n\s*\* ?/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  }));
}

/** `TeamFacts & { reason: string }` → a link and the fields. */
function payloadOf(type: string): string {
  return type
    .split(' & ')
    .map((part) => (/^\w+$/.test(part) ? `[${part}](#${part.toLowerCase()})` : `\`${part.replace(/^\{ | \}$/g, '')}\``))
    .join(' and ');
}
