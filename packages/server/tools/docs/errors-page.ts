/** docs/errors.md, made of the codes, their meanings and fixes, their status over HTTP and their exit code. */
import { statusOf } from '../../src/admin/problem-status.ts';
import { exitCodeFor } from '../../src/cli/output.ts';
import { type ErrorCode, errorFixes } from '../../src/errors.ts';
import { errorMeanings } from './error-meanings.ts';
import { GENERATED, table } from './markdown.ts';

export function errorsPage(): string {
  const codes = (Object.keys(errorFixes) as ErrorCode[]).toSorted();
  const rows = codes.map((code) => [
    `\`${code}\``,
    errorMeanings[code],
    errorFixes[code],
    String(statusOf(code)),
    String(exitCodeFor(code)),
  ]);
  return `# What does this error code mean?

${GENERATED}

Every error that the server throws, logs, answers or tells a hook is a \`BotServerError\` with one of these codes in \`code\`: they are stable, the
words of messages are not. \`isBotServerError(error, 'rate_limited')\` asks for one. The command line prints message and fix and ends with the exit
code; the [admin API](api.md) answers with the status and the code in its problem document. A fix that is printed may be better than the one
here, because it knows the case.

${table(['code', 'what it means', 'what to do', 'HTTP', 'exit'], rows)}
`;
}
