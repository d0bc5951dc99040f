/** The whole run. Whoever adds a method calls it in a station here; test/every-method.test.ts fails until then. */
import { chat } from './chat.ts';
import { conversations, history } from './conversations.ts';
import { developers } from './developers.ts';
import { installs } from './installs.ts';
import { Journey } from './journey.ts';
import { people } from './people.ts';
import { services } from './services.ts';
import { surfaces } from './surfaces.ts';
import { things } from './things.ts';

const stations: readonly ((journey: Journey) => Promise<void>)[] = [
  chat,
  conversations,
  people,
  things,
  surfaces,
  services,
  developers,
  installs,
  history,
];

/** What the run found; its simulator is stopped. */
export async function callEveryMethod(): Promise<Pick<Journey, 'answers' | 'told' | 'failures'>> {
  await using journey = await Journey.begin();
  for (const station of stations) await station(journey);
  return journey;
}
