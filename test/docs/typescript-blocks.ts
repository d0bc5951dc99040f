/** Makes files of the TypeScript of the documentation: a module as it stands, anything else as the body of a bot file. */
import type { Block } from './blocks.ts';

const IMPORT = /^import\b[^;]*;\n/gm;

export function toModule({ code, given }: Block): string {
  if (/^export default\b/m.test(code)) return `${given}\n${code}`;
  const imports = code.match(IMPORT) ?? [];
  const rest = code.replaceAll(IMPORT, '');
  const isBot = !/\bawait using slack\b|\bconst app = new App\b|\bcreateServer\(|^test\(/m.test(rest);
  const parameters = isBot ? "{ bot, server }: import('slack-bot-server').BotServer" : '';
  return `${imports.join('')}${given}\nexport default async (${parameters}) => {\n${rest}};\n`;
}
