/** `slack-simulator resend`: sends a delivery to its app once more. */
import type { Command } from 'commander';
import { type CliProcess, controlOf, print, type RemoteOptions, withRemote } from './command-io.ts';

export function addResend(cli: Command, io: CliProcess): void {
  withRemote(cli.command('resend'))
    .description('send a delivery again, as a first try: an event, a command or an interactive payload')
    .argument('<id>', 'of the try (D…), or of the event (Ev…), as the log shows it')
    .action((id: string, options: RemoteOptions) => resend(id, options, io));
}

async function resend(id: string, options: RemoteOptions, io: CliProcess): Promise<void> {
  const tried = await controlOf(options).resend(id);
  const outcome = tried.acked ? 'acked' : `not acked: ${tried.error ?? tried.status ?? 'no answer'}`;
  print(
    io,
    options,
    tried,
    `${tried.id}  ${tried.event} to ${tried.target ?? tried.via}: ${outcome} in ${tried.durationMs} ms`,
  );
}
