import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InstallationState } from '../team/installation.ts';
import { type InstallationEvent, transition } from './installation-lifecycle.ts';

const NOW = 1_000_000;
const CONFIRM = 30_000;
const env = { nowMs: NOW, confirmAfterMs: CONFIRM };

const states = {
  active: { kind: 'active', doubt: { kind: 'none' } },
  firstProof: { kind: 'active', doubt: { kind: 'confirming', code: 'invalid_auth', sinceMs: NOW - CONFIRM + 1 } },
  proofIsDue: { kind: 'active', doubt: { kind: 'confirming', code: 'invalid_auth', sinceMs: NOW - CONFIRM } },
  doubted: { kind: 'active', doubt: { kind: 'confirming', code: 'account_inactive', sinceMs: NOW - 5 } },
  held: { kind: 'active', doubt: { kind: 'held', code: 'account_inactive', sinceMs: NOW - 5 } },
  suspended: { kind: 'suspended', reason: 'ekm_access_denied', sinceMs: NOW - 5 },
  inactive: { kind: 'inactive', reason: 'account_inactive', sinceMs: NOW - 5 },
} as const satisfies Record<string, InstallationState>;

const events = {
  installed: { type: 'installed' },
  doubted: { type: 'doubted', code: 'account_inactive' },
  ok: { type: 'probe_ok' },
  reactivationOk: { type: 'reactivation_ok' },
  gone: { type: 'probe_terminal', code: 'account_inactive' },
  ambiguous: { type: 'probe_terminal', code: 'invalid_auth' },
  uninstalled: { type: 'uninstall_proved', code: 'invalid_auth' },
  paused: { type: 'probe_suspended', code: 'org_login_required' },
  moved: { type: 'migration_started' },
  unanswered: { type: 'probe_unanswered' },
  operator: { type: 'operator_deactivated' },
  bot: { type: 'bot_deactivated', reason: 'bot: trial_ended' },
} as const satisfies Record<string, InstallationEvent>;

type Expected = InstallationState | 'same';
const ACTIVE: InstallationState = { kind: 'active', doubt: { kind: 'none' } };
const GONE: InstallationState = { kind: 'inactive', reason: 'account_inactive', sinceMs: NOW };
const PROVEN: InstallationState = { kind: 'inactive', reason: 'invalid_auth', sinceMs: NOW };
const BY_OPERATOR: InstallationState = { kind: 'inactive', reason: 'operator', sinceMs: NOW };
const BY_BOT: InstallationState = { kind: 'inactive', reason: 'bot: trial_ended', sinceMs: NOW };
const PAUSED: InstallationState = { kind: 'suspended', reason: 'org_login_required', sinceMs: NOW };
const MOVED: InstallationState = { kind: 'suspended', reason: 'grid_migration_started', sinceMs: NOW };
const CONFIRMING: InstallationState = {
  kind: 'active',
  doubt: { kind: 'confirming', code: 'invalid_auth', sinceMs: NOW },
};
const DOUBTED: InstallationState = {
  kind: 'active',
  doubt: { kind: 'confirming', code: 'account_inactive', sinceMs: NOW },
};

// Every state with every event. Written from the promises: only proof deactivates, re-installing always wins.
const table: Record<keyof typeof states, Record<keyof typeof events, Expected>> = {
  active: {
    installed: ACTIVE,
    doubted: DOUBTED,
    ok: 'same',
    reactivationOk: 'same',
    gone: GONE,
    ambiguous: CONFIRMING,
    uninstalled: PROVEN,
    paused: PAUSED,
    moved: MOVED,
    unanswered: 'same',
    operator: BY_OPERATOR,
    bot: BY_BOT,
  },
  firstProof: {
    installed: ACTIVE,
    doubted: 'same',
    ok: ACTIVE,
    reactivationOk: ACTIVE,
    gone: GONE,
    ambiguous: 'same',
    uninstalled: PROVEN,
    paused: PAUSED,
    moved: MOVED,
    unanswered: 'same',
    operator: BY_OPERATOR,
    bot: BY_BOT,
  },
  proofIsDue: {
    installed: ACTIVE,
    doubted: 'same',
    ok: ACTIVE,
    reactivationOk: ACTIVE,
    gone: GONE,
    ambiguous: PROVEN,
    uninstalled: PROVEN,
    paused: PAUSED,
    moved: MOVED,
    unanswered: 'same',
    operator: BY_OPERATOR,
    bot: BY_BOT,
  },
  doubted: {
    installed: ACTIVE,
    doubted: 'same',
    ok: ACTIVE,
    reactivationOk: ACTIVE,
    gone: GONE,
    ambiguous: CONFIRMING,
    uninstalled: PROVEN,
    paused: PAUSED,
    moved: MOVED,
    unanswered: 'same',
    operator: BY_OPERATOR,
    bot: BY_BOT,
  },
  held: {
    installed: ACTIVE,
    doubted: 'same',
    ok: ACTIVE,
    reactivationOk: ACTIVE,
    gone: 'same',
    ambiguous: 'same',
    uninstalled: PROVEN,
    paused: PAUSED,
    moved: MOVED,
    unanswered: 'same',
    operator: BY_OPERATOR,
    bot: BY_BOT,
  },
  suspended: {
    installed: ACTIVE,
    doubted: 'same',
    ok: ACTIVE,
    reactivationOk: ACTIVE,
    gone: GONE,
    ambiguous: CONFIRMING,
    uninstalled: PROVEN,
    paused: 'same',
    moved: 'same',
    unanswered: 'same',
    operator: BY_OPERATOR,
    bot: BY_BOT,
  },
  inactive: {
    installed: ACTIVE,
    doubted: 'same',
    ok: 'same',
    reactivationOk: ACTIVE,
    gone: 'same',
    ambiguous: 'same',
    uninstalled: 'same',
    paused: 'same',
    moved: 'same',
    unanswered: 'same',
    operator: 'same',
    bot: 'same',
  },
};

const cells = Object.entries(table).flatMap(([state, row]) =>
  Object.entries(row).map(([event, expected]) => [state, event, expected] as const),
) as [keyof typeof states, keyof typeof events, Expected][];

describe('the lifecycle of an installation', () => {
  it.each(cells)('%s on %s', (state, event, expected) => {
    const before = states[state];
    const after = transition(before, events[event], env);
    if (expected === 'same') expect(after).toBe(before);
    else expect(after).toEqual(expected);
  });

  // An independent model: it keeps the history and asks which events could have led to "inactive", and which not.
  it('is inactive only after proof, the operator or the bot, whatever the order of events', () => {
    const anyEvent = fc.constantFrom(...Object.values(events));
    const history = fc.array(fc.record({ event: anyEvent, afterMs: fc.integer({ min: 0, max: 60_000 }) }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(history, (steps) => {
        let state: InstallationState = ACTIVE;
        let nowMs = NOW;
        const seen: { event: InstallationEvent; atMs: number }[] = [];
        for (const { event, afterMs } of steps) {
          nowMs += afterMs;
          state = transition(state, event, { nowMs, confirmAfterMs: CONFIRM });
          seen.push({ event, atMs: nowMs });
          expect(state.kind === 'inactive').toBe(isGoneByHistory(seen));
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** Says from the whole history whether the installation must be inactive, without knowing any state. */
function isGoneByHistory(seen: { event: InstallationEvent; atMs: number }[]): boolean {
  const lastReturn = seen.findLastIndex(({ event }) => event.type === 'installed' || event.type === 'reactivation_ok');
  const since = seen.slice(lastReturn + 1);
  const isProof = ({ event }: { event: InstallationEvent }) =>
    event.type === 'operator_deactivated' ||
    event.type === 'bot_deactivated' ||
    event.type === 'uninstall_proved' ||
    (event.type === 'probe_terminal' && event.code !== 'invalid_auth');
  if (since.some(isProof)) return true;
  let firstAmbiguousAtMs: number | undefined;
  for (const { event, atMs } of since) {
    // A good answer clears the suspicion; so does that the organisation paused the app, or is being migrated.
    if (['probe_ok', 'probe_suspended', 'migration_started'].includes(event.type)) firstAmbiguousAtMs = undefined;
    if (event.type !== 'probe_terminal') continue;
    if (firstAmbiguousAtMs !== undefined && atMs - firstAmbiguousAtMs >= CONFIRM) return true;
    firstAmbiguousAtMs ??= atMs;
  }
  return false;
}
