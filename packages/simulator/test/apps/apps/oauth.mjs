// An app that others install: @slack/oauth behind a plain server, and a call with the token that came of it.
import { createServer } from 'node:http';
import { InstallProvider, LogLevel } from '@slack/oauth';
import { WebClient } from '@slack/web-api';

const installer = new InstallProvider({
  clientId: process.env.SLACK_CLIENT_ID,
  clientSecret: process.env.SLACK_CLIENT_SECRET,
  stateSecret: 'not-a-secret',
  authorizationUrl: process.env.SLACK_AUTHORIZE_URL,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
  logLevel: LogLevel.ERROR,
});
const port = Number(process.env.PORT);
const scopes = ['chat:write', 'channels:read'];

createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  if (pathname === '/install') {
    await installer.handleInstallPath(request, response, {}, { scopes, redirectUri: `http://127.0.0.1:${port}/back` });
  } else if (pathname === '/back') {
    await installer.handleCallback(request, response);
  } else {
    const { botToken } = await installer.authorize({ teamId: searchParams.get('team'), isEnterpriseInstall: false });
    const client = new WebClient(botToken, { slackApiUrl: process.env.SLACK_API_URL });
    await client.chat.postMessage({ channel: '#general', text: 'installed' });
    response.end('posted');
  }
}).listen(port, '127.0.0.1', () => process.stdout.write('ready\n'));
