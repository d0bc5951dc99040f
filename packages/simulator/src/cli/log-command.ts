/** `slack-simulator log`: what happened, and with --follow what happens. */
import { type Command, Option } from 'commander';
import { type LogKind, type LogRecord, logKinds } from '../log/log-record.ts';
import { type CliProcess, controlOf, print, type RemoteOptions, said, wholeNumber, withRemote } from './command-io.ts';
import { logLine } from './log-line.ts';

/** More than a log keeps. */
const EVERYTHING = 1_000_000;

interface LogOptions extends RemoteOptions {
  follow: boolean;
  team?: string;
  app?: string;
  method?: string;
  kind?: LogKind;
  tokenId?: string;
  socket?: string;
  after?: number;
  limit: number;
}

export function addLog(cli: Command, io: CliProcess): void {
  withRemote(cli.command('log'))
    .description('what happened: requests, sockets, frames, deliveries, faults')
    .option('-f, --follow', 'go on with what happens, until Ctrl-C', false)
    .option('-t, --team <id>', 'only this workspace')
    .option('--app <id>', 'only this app')
    .option('--method <method>', 'only this method of the Web API')
    .addOption(new Option('--kind <kind>', 'only this kind').choices(logKinds))
    .option('--token-id <id>', 'only this token, by the id that records have')
    .option('--socket <id>', 'only this socket')
    .option('--after <seq>', 'only records after this one', wholeNumber(Number.MAX_SAFE_INTEGER))
    .option('-n, --limit <n>', 'how many of the past, the newest ones', wholeNumber(EVERYTHING), 100)
    .addHelpText('after', '\nExample:\n  slack-simulator log --follow --kind delivery')
    .action((options: LogOptions) => showLog(options, io));
}

async function showLog(options: LogOptions, io: CliProcess): Promise<void> {
  const control = controlOf(options);
  const { app, method, kind, tokenId, socket, limit } = options;
  const team = options.team === undefined ? undefined : (await control.team(options.team)).id;
  const names = new Map((await control.teams()).map(({ id, name }) => [id, name]));
  const query = said({ team, app, method, kind, tokenId, socket });
  const show = (record: LogRecord) => print(io, options, record, lineOf(record, names.get(record.team ?? '') ?? ''));
  const kept = await control.log({ ...query, limit: EVERYTHING, ...said({ after: options.after }) });
  const past = limit === 0 ? [] : kept.slice(-limit);
  for (const record of past) show(record);
  if (!options.follow) return;
  const after = kept.at(-1)?.seq ?? options.after ?? (await control.lastSeq());
  const signal = io.readerGone ? AbortSignal.any([io.signal, io.readerGone]) : io.signal;
  for await (const record of control.follow({ ...query, after }, { signal })) show(record);
}

function lineOf(record: LogRecord, teamName: string): string {
  const { time, sign, title, where, detail } = logLine(record, teamName);
  const id = record.delivery === undefined ? '' : ` ${record.delivery}`;
  return `${time} ${sign} ${title}${where && ` · ${where}`}${id}${detail && `  ${detail}`}`;
}
