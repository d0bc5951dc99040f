/** `slack-simulator say`: a person writes. */
import type { Command } from 'commander';
import { type CliProcess, controlOf, print, type RemoteOptions, said, teamFor, withRemote } from './command-io.ts';

interface SayOptions extends RemoteOptions {
  team?: string;
  channel?: string;
  toBot: boolean;
  user?: string;
  app?: string;
  thread?: string;
}

export function addSay(cli: Command, io: CliProcess): void {
  withRemote(cli.command('say'))
    .description('a person writes a message')
    .argument('<text...>', 'what is written')
    .option('-t, --team <team>', 'id, domain or name of the workspace (default: the first one)')
    .option('-c, --channel <channel>', 'id or name (default: general)')
    .option('--to-bot', 'in the direct message with the bot, in place of a channel', false)
    .option('-u, --user <user>', 'who writes, by id or name (default: the first person)')
    .option('--app <id>', 'whose bot is meant by --to-bot (default: the first app)')
    .option('--thread <ts>', 'answer in the thread of that message')
    .addHelpText('after', '\nExample:\n  slack-simulator say --team Acme --user bob hello everybody')
    .action((words: string[], options: SayOptions) => say(words.join(' '), options, io));
}

async function say(text: string, options: SayOptions, io: CliProcess): Promise<void> {
  const control = controlOf(options);
  const team = await teamFor(control, options.team);
  const place = options.toBot ? { to: 'bot' as const } : { channel: options.channel ?? 'general' };
  const { user, app, thread } = options;
  const message = await control.say({ team: team.id, text, ...place, ...said({ user, app, threadTs: thread }) });
  print(io, options, message, `${message.ts}  ${message.name} in ${message.channel} of ${team.name}: ${message.text}`);
}
