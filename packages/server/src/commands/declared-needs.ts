/** What declared commands need of Slack's settings of the app: `manifest` and `doctor` ask a bot file for it. Types, and the name under which it is told. */

export interface DeclaredNeeds {
  /** Types of events besides messages. */
  events: readonly string[];
  /** Messages of channels, too, or only those to the bot itself. */
  messages: 'all' | 'direct';
  /** Methods of the Web API that are called for the author. */
  methods: readonly string[];
  slashCommands: readonly DeclaredSlashCommand[];
}

export interface DeclaredSlashCommand {
  /** With its slash. */
  command: string;
  description: string;
  usageHint: string;
}

/**
 * The method of a Bolt app that takes them, where nobody listens. Of the registry of all symbols, because a bot file may load another
 * copy of this package than the command line that loads the bot file.
 */
export const DECLARE_NEEDS: unique symbol = Symbol.for('slack-bot-server.declare-needs') as never;

/** A Bolt app, or what stands in for one. */
export interface MayDeclareNeeds {
  [DECLARE_NEEDS]?: (needs: DeclaredNeeds) => void;
}
