/** Libraries of other languages, from Debian's packages. Skipped, and said so, where there are none. */
import type { Scenario, Stage } from '../play.ts';

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
];

async function alerts({ step, posted }: Stage): Promise<void> {
  await step('shows the link', () => posted(({ text }) => text.includes('<https://example.com|docs>')));
  await step('shows the attachment', () =>
    posted(({ attachments }) => JSON.stringify(attachments ?? []).includes('"danger"')),
  );
}
