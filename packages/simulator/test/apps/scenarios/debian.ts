/** Libraries of other languages, from Debian's packages. Skipped, and said so, where there are none. */
import type { Scenario, Stage } from '../play.ts';
import { http, place } from './app-kinds.ts';

export const debianScenarios: readonly Scenario[] = [
  {
    name: 'ruby-notifier',
    what: 'alerts in Ruby by incoming webhook',
    debian: ['ruby-slack-notifier'],
    command: '/usr/bin/ruby',
    run: ['apps/notifier.rb'],
    app: { kind: 'granular', botScopes: ['incoming-webhook'] },
    steps: alerts,
  },
  {
    name: 'python',
    what: 'a bot in Python without an SDK',
    debian: ['python3'],
    command: '/usr/bin/python3',
    run: ['apps/echo.py'],
    app: http,
    steps: greets('Python'),
  },
  {
    name: 'java',
    what: 'a bot in Java without an SDK',
    debian: ['openjdk-17-jdk-headless'],
    command: '/usr/bin/java',
    run: ['apps/Echo.java'],
    app: http,
    steps: greets('Java'),
  },
  {
    name: 'go',
    what: 'a bot in Go on slack-go',
    debian: ['golang-go', 'golang-github-slack-go-slack-dev'],
    command: '/bin/sh',
    // Built and then run in place of the shell: `go run` would leave the bot behind when it is killed.
    run: ['-c', 'go build -o node_modules/.echo apps/echo.go && exec node_modules/.echo'],
    app: http,
    env: { GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '-buildvcs=false' },
    steps: greets('Go'),
  },
];

/** What the bots in docs/simulator.md do. */
function greets(language: string) {
  return async ({ control, appUrl, step, posted }: Stage): Promise<void> => {
    await step('greets who says hello', async () => {
      await control.say({ ...place, user: 'ann', text: 'hello, bot' });
      await posted(({ text }) => text.startsWith('Hello <@U') && text.endsWith(`from ${language}`));
    });
    await step('refuses what is not signed', async () => {
      const headers = {
        'x-slack-request-timestamp': String(Math.floor(Date.now() / 1_000)),
        'x-slack-signature': 'v0=no',
      };
      const { status } = await fetch(`${appUrl}/slack/events`, { method: 'POST', headers, body: '{}' });
      if (status !== 401) throw new Error(`answered ${status}`);
    });
  };
}

async function alerts({ step, posted }: Stage): Promise<void> {
  await step('shows the link', () => posted(({ text }) => text.includes('<https://example.com|docs>')));
  await step('shows the attachment', () =>
    posted(({ attachments }) => JSON.stringify(attachments ?? []).includes('"danger"')),
  );
}
