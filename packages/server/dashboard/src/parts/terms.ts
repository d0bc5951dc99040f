/** The terms of the query languages, for completion. What they mean is said by the server, which also refuses what is wrong. */
import type { QueryTerm } from 'ui-kit';

const TIMES = ['1h', '24h', '7d', '30d'];

export const TEAM_TERMS: readonly QueryTerm[] = [
  { name: 'status', values: ['active', 'suspended', 'inactive'], help: 'of the installation' },
  {
    name: 'reason',
    values: [
      'account_inactive',
      'invalid_auth',
      'token_revoked',
      'token_expired',
      'not_authed',
      'missing_scope',
      'operator',
    ],
    help: 'why it is inactive or in doubt',
  },
  { name: 'doubt', values: ['none', 'confirming', 'held'], help: 'whether Slack is being asked again' },
  { name: 'since', values: TIMES, help: 'the status changed within that time' },
  { name: 'before', values: TIMES, help: 'status changed before that' },
  { name: 'connection', values: ['open', 'connecting', 'waiting', 'paused', 'none'], help: 'RTM only' },
  { name: 'incident', values: ['yes', 'no'], help: 'held by the incident' },
  { name: 'access', values: ['granted', 'revoked'], help: 'of its organization' },
  { name: 'enterprise', help: 'E… of the organization' },
  { name: 'app', help: 'A… of the app' },
];

export const EVENT_TERMS: readonly QueryTerm[] = [
  { name: 'status', values: ['failed', 'waiting', 'retry', 'ready', 'done'], help: 'without it all but done' },
  { name: 'team', help: 'T… of the team' },
  {
    name: 'type',
    values: ['message', 'app_mention', 'app_home_opened', 'reaction_added', 'block_actions', 'view_submission'],
    help: 'of the event',
  },
  { name: 'error', values: ['listener_failed', 'listener_timeout'], help: 'code of the error' },
  { name: 'channel', help: 'C… where it happened' },
  { name: 'user', help: 'U… who did it' },
  { name: 'field', help: 'event.subtype=bot_message of the payload' },
  { name: 'since', values: TIMES, help: 'arrived within that time' },
  { name: 'before', values: TIMES, help: 'came earlier' },
];
