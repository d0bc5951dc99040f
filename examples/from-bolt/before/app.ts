/** Tickets, as a Bolt app of the usual kind: it answers HTTP by itself, and keeps tokens, tickets and time by itself. */
import { App } from '@slack/bolt';
import { FileInstallations } from './installations.ts';
import { listenForDone } from './listeners/done.ts';
import { listenForHome } from './listeners/home.ts';
import { listenForNewTickets } from './listeners/new-ticket.ts';
import { remindDaily } from './reminder.ts';
import { FileTickets } from './tickets.ts';

const {
  SLACK_SIGNING_SECRET,
  SLACK_CLIENT_ID,
  SLACK_CLIENT_SECRET,
  STATE_SECRET,
  SLACK_API_URL = 'https://slack.com/api/',
  SLACK_AUTHORIZE_URL = 'https://slack.com/oauth/v2/authorize',
  STATUS_KEY,
  PORT = '3000',
} = process.env;

const installations = new FileInstallations('installations.json');
const tickets = new FileTickets('tickets.json');

const app = new App({
  signingSecret: SLACK_SIGNING_SECRET ?? '',
  clientId: SLACK_CLIENT_ID ?? '',
  clientSecret: SLACK_CLIENT_SECRET ?? '',
  stateSecret: STATE_SECRET ?? '',
  scopes: ['chat:write', 'commands'],
  installationStore: installations,
  // Slack, or a simulated one.
  clientOptions: { slackApiUrl: SLACK_API_URL },
  installerOptions: { authorizationUrl: SLACK_AUTHORIZE_URL },
  customRoutes: [
    {
      path: '/healthz',
      method: 'GET',
      handler: (_request, response) => response.writeHead(200).end('ok'),
    },
    {
      path: '/tickets',
      method: 'GET',
      handler: (request, response) => {
        if (STATUS_KEY === undefined || request.headers.authorization !== `Bearer ${STATUS_KEY}`) {
          response.writeHead(401).end();
          return;
        }
        const { searchParams } = new URL(request.url ?? '', 'http://localhost');
        tickets.open(searchParams.get('team') ?? '').then(
          (open) => {
            response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ open: open.length }));
          },
          (error: unknown) => {
            app.logger.error(error);
            response.writeHead(500).end();
          },
        );
      },
    },
  ],
});

listenForNewTickets(app, tickets);
listenForDone(app, tickets);
listenForHome(app, tickets);

app.event('app_uninstalled', async ({ context }) => {
  await installations.deleteInstallation({ teamId: context.teamId });
});
app.error(async (error) => {
  app.logger.error(error);
});
process.on('unhandledRejection', (reason) => app.logger.error(reason));

remindDaily({ installations, tickets, log: app.logger });
await app.start(Number(PORT));
app.logger.info(`Tickets on port ${PORT}`);
