import { expect, it } from 'vitest';
import { MovableClock } from '../clock/movable-clock.ts';
import { seededRandom } from '../clock/random.ts';
import { MESSAGES_KEPT_PER_CHANNEL, postMessage } from './messages.ts';
import { addTeam } from './teams.ts';
import { World } from './world.ts';

it('a channel keeps its newest messages, and memory stays bounded', () => {
  const onListenerError = () => {};
  const world = new World({ clock: new MovableClock(), random: seededRandom(1), isSecure: false, onListenerError });
  const team = addTeam(world, { name: 'Acme' });
  const [channel] = team.channels.values();
  if (!channel) throw new Error('a workspace has a channel');
  const post = (text: string) => postMessage(world, { team, channel, draft: { text } });
  for (let index = 0; index < MESSAGES_KEPT_PER_CHANNEL; index++) post('before');
  expect(channel.isTrimmed).toBe(false);
  const { length } = Array.from({ length: MESSAGES_KEPT_PER_CHANNEL + 100 }, (_, index) => post(String(index)));
  expect(channel.messages).toHaveLength(MESSAGES_KEPT_PER_CHANNEL);
  expect(channel.isTrimmed).toBe(true);
  expect(channel.messages.at(0)?.text).toBe('100');
  expect(channel.messages.at(-1)?.text).toBe(String(length - 1));
});
