/** Every error that a caller can meet: one class, a stable code, and beside each code how to fix it. */

/** The codes, each with what to do about it. `slack-bot-server` prints the fix under the message. */
export const errorFixes = {
  invalid_configuration: 'Correct the named setting; the message says which values are allowed.',
  invalid_input: 'Correct the named value; the message says what is allowed.',
  usage: 'See `slack-bot-server --help`.',
  unauthorized:
    'Send `Authorization: Bearer …` with the ADMIN_TOKEN or ADMIN_READ_TOKEN of the server, or log in at POST /api/session.',
  forbidden: 'Use ADMIN_TOKEN: ADMIN_READ_TOKEN only reads.',
  too_many_attempts: 'Wait as long as retry-after says. Whoever has the right token is let in then.',
  too_many_streams: 'Close one of the others, or follow another server of the same database.',
  route_not_found: 'GET /api/openapi.json lists what there is.',
  method_not_allowed: 'Use a method that the header Allow names; GET /api/openapi.json says what each of them does.',
  body_too_large: 'Send less at once, in several calls.',
  media_type_unsupported: 'Send JSON, with the header content-type: application/json.',
  admin_api_unreachable:
    'Check the address in --server. The server must have ADMIN_TOKEN set, and with ADMIN_PORT it is asked there.',
  bot_not_loadable:
    'The bot file must exist and export a function as default: export default ({ bot, server }) => { … }',
  installation_not_found:
    '`slack-bot-server teams list` shows those that are here. Install the app in that workspace, or import the team.',
  installation_not_active:
    'The team is deactivated, suspended or being checked. It comes back when it installs the app again.',
  installation_in_use: 'Only inactive teams can be purged: first `slack-bot-server teams deactivate TEAM`.',
  team_kept:
    'In the audit: a purging hook of the bot kept the team, or it installed the app again. Nothing was deleted; `slack-bot-server teams purge TEAM` asks no hook, of an inactive team.',
  credential_superseded: 'The token belongs to an earlier installation of the team. Ask for a new client.',
  token_expired:
    'The token has expired and Slack has not issued the next one yet. Ask for a new client, and try again in a moment.',
  user_token_revoked:
    'Slack no longer accepts this user token. The person gives a new one by installing the app again.',
  slack_unreachable: 'Slack could not be reached. It is tried again where that is safe.',
  slack_refused:
    'Slack refuses the call; its code is in the message. docs.slack.dev lists what the codes of each method mean.',
  foreign_response_url:
    'Answers go to the hosts of Slack and of SLACK_API_URL only. Correct SLACK_API_URL if Slack-compatible deliveries come from elsewhere.',
  rate_limited: 'Slack asked to wait longer than a call may take; `retryAfterMs` says how long.',
  event_not_found:
    '`slack-bot-server events list` shows those that are stored: handled ones are forgotten after 2 days, failed ones after 14.',
  event_not_failed: 'Only failed events can be replayed or discarded: `slack-bot-server events list status:failed`.',
  broadcast_not_found: '`slack-bot-server broadcast list` shows those that exist.',
  replay_not_found: '`slack-bot-server replays list` shows those that exist.',
  store_unavailable: 'Check that the database is reachable, writable and not full.',
  intake_full:
    'Slack delivers the event again. The database is too slow for so many large events of one team: check its health, and what makes the events large.',
  value_refused:
    'The database refuses this value, now and later: correct it. Only the row that it belongs to is affected.',
  store_newer: 'The database was written by a newer version. Upgrade slack-bot-server, or use another database.',
  store_older:
    'Start the server of this version, or run `slack-bot-server migrate`: both migrate it, and only a backup leads back. Until then use the version that runs on it.',
  database_missing:
    'Run the command in the folder of the server, or name its database in DATABASE_URL. If it was lost, restore it from a backup; `start --new` begins with an empty one.',
  encryption_key_missing:
    'Put the key file back beside the database, from a backup, or give its content as ENCRYPTION_KEYS. Without it the tokens in the database cannot be read.',
  insecure_file:
    'Another user of this machine could read or change it. Run the command in the message, and start again.',
  events_stopped:
    'Slack sends no events although the bot posts. In the settings of the app at Slack, under Event Subscriptions, check that they are switched on and that the request URL is this server’s.',
  team_unknown:
    'Slack sends events of a team that has no row here. Check that DATABASE_URL names the right database; else install the app there again.',
  store_half_copied:
    'Run the same `slack-bot-server store copy` again: it goes on where it was cut off. Or delete this database and start over.',
  store_not_empty: 'Name a database in `--to` in which nothing is stored yet.',
  store_copy_stale: 'Delete the half-copied database, stop every server of the other one, and copy again.',
  store_copy_failed: 'Stop whatever writes to the two databases, delete the half-copied one, and copy again.',
  backup_failed:
    'Check that the folder is writable and has room for the whole database. The database itself is unchanged.',
  backup_unusable: 'Name a file that `slack-bot-server backup` wrote. Nothing was changed.',
  fenced:
    'The lease of this process on the database is over, so that another one may act for the team by now. Nothing was sent. It goes on by itself when the database can be reached; on SQLite start the server again, the log says why.',
  store_locked:
    'Another server or command uses this database. Stop it or wait for it, or give this one its own DATABASE_URL.',
  encryption_key_mismatch:
    'Give the key that sealed the tokens of this database: as ENCRYPTION_KEYS, or in the key file beside it.',
  refresh_refused:
    'Slack refuses to refresh a token; its code is in `slackError`. With bad_client_secret or invalid_client_id correct SLACK_CLIENT_ID and SLACK_CLIENT_SECRET; with invalid_refresh_token install the app there again before the token expires.',
  exchange_refused:
    'Slack refuses to exchange the tokens of this app; its code is in `slackError`. With token_rotation_not_enabled switch on token rotation in the settings of the app; with bad_client_secret or invalid_client_id correct SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.',
  newer_tokens_stored:
    'Import what the other program has now, with expires_at: each refresh makes the earlier tokens useless. `teams import --force` imports the line anyway.',
  team_of_organization:
    "Usually Slack has ended the workspace's own token. If it still works, or the organization no longer has the app, import the line with `--force` (API: `force: true`).",
  sealed_value_unreadable: 'The value was sealed with another key or was changed. Add the old key to ENCRYPTION_KEYS.',
  team_row_changed:
    'Somebody changed the row of this team in the database, and nothing is done for it. Install the app there again, or set installation_key back to what it was; find out who can write to the database.',
  app_mismatch: 'This database belongs to another Slack app. Use one database per app.',
  document_too_large:
    'Store less in one document, or several documents; `maxBytes` says what is allowed and `sizeBytes` what it was. Keep files in a file store.',
  data_conflict: 'The document changed since it was read. Read it again and repeat the change.',
  stopped_by_user:
    'A person pressed Stop on the answer of an AI app. End the work when `context.signal` aborts; what a listener throws then counts as done.',
  draining:
    'The server stops, or gives its work to another one. End with what there is when `context.signal` aborts; what a listener throws then runs again elsewhere.',
  interrupted: 'Run the command again: it goes on with what is left, and does nothing twice.',
  server_stopped: 'The server is stopping or has stopped.',
  stop_timed_out:
    'Something did not stop in time, most likely because the database did not answer. The process has ended anyway; unfinished work is repeated after the next start.',
  hook_failed: 'A hook threw or rejected; the cause says what.',
  listener_failed: 'A listener threw or rejected; the cause says what.',
  page_failed:
    'A template of the bot for a public page threw, took longer than 2 s, or made no HTML; the cause says what. Visitors saw the standard page.',
  route_failed:
    'A route of the bot threw, rejected, or returned something that is not a Response; the cause says what.',
  job_not_found: '`slack-bot-server jobs list` shows those that a server has registered.',
  job_paused: 'Resume it first: `slack-bot-server jobs resume NAME`.',
  job_failed: 'A job threw or rejected; the cause says what. It runs again at its next planned time.',
  job_timed_out:
    'A job did not settle in time. Do less per run, end when its `signal` aborts, or raise its `timeoutMs`.',
  ack_missing:
    'Call ack() first in the listener of that command, action, shortcut or view, and do long work after it; without a listener, add one.',
  answer_not_sendable:
    'Slack does not accept such an answer: give ack() less (fewer options, a smaller view), or ack() empty and send the rest with `respond` or a client.',
  connect_refused: 'Slack refuses the connection because of the configuration; the Slack code says why.',
  handler_timed_out: 'A hook or listener did not settle in time. Make it shorter or move the work elsewhere.',
  unexpected: 'This should not happen. Run it again with LOG_LEVEL=debug and report what it prints.',
  simulator_missing: 'Install the simulator beside the server: npm install --save-dev slack-simulator',
} as const;

/** One of the stable error codes. */
export type ErrorCode = keyof typeof errorFixes;

/** Facts about an error: small values, never tokens. */
export type ErrorFacts = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** The one error class of the server. Branch on `code`; `facts` say to what it happened. */
export class BotServerError extends Error {
  override readonly name = 'BotServerError';
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;
  /** Better advice than that of the code. */
  readonly #fix: string | undefined;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; facts?: ErrorFacts; fix?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.facts = options.facts ?? {};
    this.#fix = options.fix;
  }

  /** What the reader of the message can do. */
  get fix(): string {
    return this.#fix ?? errorFixes[this.code];
  }
}

/** True for an error of this package, optionally with that code. */
export function isBotServerError(error: unknown, code?: ErrorCode): error is BotServerError {
  return error instanceof BotServerError && (code === undefined || error.code === code);
}

/** A message of OpenSSL, which ends with the place in its source and a newline. */
const OPENSSL = /:error:[\dA-F]+:SSL routines:[^:]*:([^:]+):/;

/** What was thrown, in words, whatever it is: anything can be thrown, also what throws when it is read. */
export function messageOf(thrown: unknown): string {
  try {
    const message = String(thrown instanceof Error ? thrown.message : thrown);
    const [, reason] = OPENSSL.exec(message) ?? [];
    return reason === undefined ? message : `TLS failed: ${reason}`;
  } catch {
    return 'something that cannot be read was thrown';
  }
}
