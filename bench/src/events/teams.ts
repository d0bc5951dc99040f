/** The teams whose events are posted, as an import wants them. */
import type { Team } from '../processes/messages.ts';
import { teamIdOf } from './event.ts';

export function teamsOf(count: number): Team[] {
  return Array.from({ length: count }, (_, index) => ({
    teamId: teamIdOf(index),
    name: `Bench ${index}`,
    token: `xoxb-bench-${index}`,
    botUserId: 'U0BOT00001',
    botId: 'B0BOT00001',
  }));
}
