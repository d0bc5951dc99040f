/** The writing of how events ended, joined with the queues that hold their rows until it is written. */
import { Settlements } from '../inbox/settlements.ts';
import type { DispatcherDeps } from './dispatcher-deps.ts';
import type { TeamQueues } from './team-queues.ts';

export function settlementsOf({ inbox, clock, log }: DispatcherDeps, queues: TeamQueues): Settlements {
  return new Settlements({
    inbox,
    clock,
    claimOf: inbox.shared && ((seq) => queues.claimOf(seq)),
    onSettled: (seqs, claims) => queues.settled(seqs, claims),
    onFailure: (error) => log.error({ err: error }, 'finished events not written, tried again'),
    onRefused: ({ error, isWritten, ...event }) =>
      log.error(
        { ...event, err: error },
        isWritten ? 'end of an event written without its error text' : 'end of an event not written',
      ),
  });
}
