/** For each rule about several settings one input that breaks it and no other: the page prints what the server says to it. */
import type { ConfigInput } from '../../src/config/config.ts';

const token = 'made-by-chance-for-docs-0123456789';

export const clashes: readonly { input: ConfigInput }[] = [
  { input: { slackClientSecret: 'client-secret' } },
  { input: { slackClientId: '1.2' } },
  { input: { slackTransport: 'http' } },
  { input: { slackTransport: 'socket' } },
  { input: { slackClientId: '1.2', slackClientSecret: 'client-secret', slackOauth: 'v2' } },
  { input: { slackPkce: true } },
  { input: { slackUserScopes: 'search:read' } },
  { input: { databaseUrl: 'postgres://localhost/bot' } },
  { input: { adminToken: token, adminReadToken: token } },
  { input: { adminPort: 3_001 } },
  { input: { adminToken: token, adminPort: 3_000 } },
  { input: { adminToken: token, adminHost: '127.0.0.1' } },
];
