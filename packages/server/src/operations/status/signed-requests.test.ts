/** What a server remembers of signed requests, and what doctor makes of it. */
import { expect, it, vi } from 'vitest';
import type { Fact } from '../../history/fact.ts';
import { insertFacts } from '../../history/fact-repository.ts';
import { ownChallenge } from '../../request-url/own-challenge.ts';
import { engines, openTestStore } from '../../store/store-fixture.test-kit.ts';
import { TestClock } from '../../time/test-clock.ts';
import { rememberTurnedAway } from '../../wiring/create-history.ts';
import { factAlone } from '../../wiring/remember-events.ts';
import { signedRequests } from './signed-requests.ts';

const NOW_MS = 1_795_000_000_000;

const bytesOf = (body: object) => Buffer.from(JSON.stringify(body));

it.each(engines)('counts a challenge of Slack as taken since the last start, on %s', async (engine) => {
  const store = await openTestStore({ engine });
  await insertFacts(store, 'n1', [
    factAlone('challenged', NOW_MS - 3_000, {}),
    factAlone('started', NOW_MS - 2_000, {}),
    factAlone('turned_away', NOW_MS - 1_000, { reason: 'wrong_signature', count: 2 }),
  ]);
  expect(await signedRequests(store, NOW_MS)).toEqual({ refused: 2, accepted: 0 });
  await insertFacts(store, 'n1', [factAlone('challenged', NOW_MS - 500, {})]);
  expect(await signedRequests(store, NOW_MS)).toEqual({ refused: 2, accepted: 1 });
});

it('remembers no challenge of a doctor with another secret, and every other request that is turned away', () => {
  const add = vi.fn<(fact: Fact) => void>();
  const remember = rememberTurnedAway({ add }, new TestClock());
  remember({ status: 401, why: 'wrong_signature', bytes: bytesOf(ownChallenge('c0ffee')) });
  expect(add).not.toHaveBeenCalled();
  // Whoever writes that token under an event hides nothing.
  remember({ status: 401, why: 'wrong_signature', bytes: bytesOf({ type: 'event_callback', token: 'doctor' }) });
  remember({ status: 401, why: 'wrong_signature', bytes: bytesOf({ type: 'url_verification', challenge: 'c0ffee' }) });
  expect(add.mock.calls.map(([{ details }]) => details.count)).toEqual([1, 1]);
});
