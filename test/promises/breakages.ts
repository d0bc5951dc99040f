/**
 * How each promise is broken on purpose: a small edit that takes away the mechanism behind it, and the test that must notice.
 * Data alone; see check-promises.ts. An edit must fit its file exactly once: when the code moves, move the edit along.
 */

/** Replaces one piece of text in one file. */
export interface Edit {
  /** From the root of the repository. */
  file: string;
  /** Stands in the file exactly once. */
  find: string;
  replace: string;
}

export interface Breakage {
  /** P1 to P12, or an invariant that stands by itself (I46). */
  promise: string;
  /** The promise in a few words. */
  title: string;
  /** What the edits do to the mechanism. */
  breaks: string;
  edits: readonly Edit[];
  /**
   * The test that must fail: its file, its name behind those of the groups around it ("group > test"), and what its failure
   * must say: a test that fails because the broken code does not even start proves nothing.
   */
  test: { file: string; name: string; says: string };
}

const SERVER = 'packages/server';

export const breakages: readonly Breakage[] = [
  {
    promise: 'P1',
    title: 'proof deactivates, from any path',
    breaks: 'a gate that does not ask whether the installation is active',
    edits: [
      {
        file: `${SERVER}/src/installation/token-map.ts`,
        find: 'if (!maySend(standingOfState(current.state)))',
        replace: 'if (maySend(standingOfState(current.state)) === undefined)',
      },
    ],
    test: {
      file: `${SERVER}/test/no-request-after.test.ts`,
      name: 'a client that a listener kept is stopped at the gate, and says why',
      says: "to throw error including 'Nothing is sent for",
    },
  },
  {
    promise: 'P2',
    title: 'only proof deactivates',
    breaks: 'taking a code that nobody knows for a dead token',
    edits: [
      {
        file: `${SERVER}/src/slack/verdict.ts`,
        find: "return source === 'call' ? 'call' : 'transient';",
        replace: "return 'terminal';",
      },
    ],
    test: {
      file: `${SERVER}/test/only-proof.test.ts`,
      name: 'for an hour > each team meets another trouble; none is deactivated, and all come back when it ends',
      says: 'to match object { active: 16, connected: +0 }',
    },
  },
  {
    promise: 'P2',
    title: 'only proof deactivates',
    breaks: 'believing the body of a 503',
    edits: [
      {
        file: `${SERVER}/src/slack/slack-fetch.ts`,
        find: 'const code = status === 429 || status >= 500 ? undefined : errorCodeIn(answer.text);',
        replace: 'const code = errorCodeIn(answer.text);',
      },
    ],
    test: {
      file: `${SERVER}/test/only-proof.test.ts`,
      name: 'while a listener calls > 503 with a terminal code in its body concerns that call only',
      says: "expected [ { kind: 'request'",
    },
  },
  {
    promise: 'P3',
    title: 're-installing always wins',
    breaks: 'verdicts that do not compare the version',
    edits: [
      {
        file: `${SERVER}/src/judge/verdict-writer.ts`,
        find: 'if (!view || !isSameVersion(view.installation.version, version)) return;',
        replace: 'if (!view) return;',
      },
      {
        file: `${SERVER}/src/judge/verdict-writer.ts`,
        find: 'const expected = { version, from: from.kind, epoch: owner.epochOf(key) };',
        replace: 'const expected = { version: view.installation.version, from: from.kind };',
      },
    ],
    test: {
      file: `${SERVER}/test/reinstall.test.ts`,
      name: 'after a re-install with another token > the verdict of a probe that was on its way is not written',
      says: "expected undefined to match object { id: 'S2'",
    },
  },
  {
    promise: 'P4',
    title: 'an accepted event reaches the listeners exactly once',
    breaks: 'an inbox that takes an event id a second time',
    edits: [
      {
        file: `${SERVER}/src/inbox/batches/known-events.ts`,
        find: 'return this.#ids.find(id).length > 0;',
        replace: 'return this.#ids.find(id).length < 0;',
      },
    ],
    test: {
      file: `${SERVER}/test/http-events.test.ts`,
      name: 'the retry schedule > delivery_duplicate: the event is answered once',
      says: 'to have a length of 1 but got 2',
    },
  },
  {
    promise: 'P4',
    title: 'an accepted event reaches the listeners exactly once',
    breaks: 'an answer to Slack before the commit',
    edits: [
      {
        file: `${SERVER}/src/inbox/group-commit.ts`,
        find: 'this.#waiting.push({ envelope, untilMs, resolve, reject });',
        replace: 'this.#waiting.push({ envelope, untilMs, resolve, reject }); resolve();',
      },
    ],
    test: {
      file: `${SERVER}/src/inbox/group-commit.test.ts`,
      name: 'group commit > says whose events may be stored although the store failed',
      says: "expected 'accepted' to be 'store_unavailable'",
    },
  },
  {
    promise: 'P4',
    title: 'an accepted event reaches the listeners exactly once',
    breaks: 'ends of events that are written whatever epoch their shard has by now',
    edits: [
      {
        file: `${SERVER}/src/inbox/shared/claimed-writes-repository.ts`,
        find: 'from given join current using (shard, epoch) where inbox.seq = given.seq',
        replace: 'from given join current using (shard) where inbox.seq = given.seq',
      },
    ],
    test: {
      file: `${SERVER}/src/inbox/shared/shared-inbox.test.ts`,
      name: 'an owner whose shard has a newer epoch > finishes nothing',
      says: "state: 'done'",
    },
  },
  {
    promise: 'P4',
    title: 'an accepted event reaches the listeners exactly once',
    breaks: 'an owner that reads on behind the newest event that it saw',
    edits: [
      {
        file: `${SERVER}/src/dispatch/backlog.ts`,
        find: 'return inbox.shared ? { afterSeq: 0, shard,',
        replace: 'return inbox.shared ? { afterSeq: lastSeq, shard,',
      },
    ],
    test: {
      file: `${SERVER}/src/dispatch/cluster.test.ts`,
      name: 'an event that a node accepts whose shard is another’s > is not passed over when it is committed after one with a higher number',
      says: "expected [ 'second' ] to deeply equal",
    },
  },
  {
    promise: 'P5',
    title: 'one answering connection per team',
    breaks: 'an old socket that stays when its successor has said hello',
    edits: [
      {
        file: `${SERVER}/src/connection/connection-state.ts`,
        find: "return opened ? { state: opened, effects: [{ type: 'retire', id: state.id }] } : ignored(state);",
        replace: 'return opened ? { state: opened, effects: [] } : ignored(state);',
      },
    ],
    test: {
      file: `${SERVER}/test/one-connection.test.ts`,
      name: 'a planned successor > is opened on goodbye before the old socket goes, and the old one is closed by us',
      says: "to match object { code: 1000, by: 'client' }",
    },
  },
  {
    promise: 'P6',
    title: 'one team never delays another',
    breaks: 'a boot that connects a few at a time',
    edits: [
      {
        file: `${SERVER}/src/connection/connect-limiter.ts`,
        find: 'maxConcurrent: 100,',
        replace: 'maxConcurrent: 5,',
      },
    ],
    test: {
      file: `${SERVER}/test/isolation-of-teams.test.ts`,
      name: 'at boot > twenty teams whose connect hangs for ever delay no other',
      says: 'to be less than or equal to 5000',
    },
  },
  {
    promise: 'P6',
    title: 'one team never delays another',
    breaks: 'connects of teams that keep failing in all slots',
    edits: [
      {
        file: `${SERVER}/src/connection/connect-limiter.ts`,
        find: 'const LATE_SHARE = 0.25;',
        replace: 'const LATE_SHARE = 1;',
      },
    ],
    test: {
      file: `${SERVER}/src/connection/connect-limiter.test.ts`,
      name: 'ConnectLimiter > gives teams that keep failing at most a quarter of the slots',
      says: "expected [ Array(8) ] to deeply equal [ 'late', 'late' ]",
    },
  },
  {
    promise: 'P6',
    title: 'one team never delays another',
    breaks: 'a queue in which whoever came first is next, whatever it has already',
    edits: [
      {
        file: `${SERVER}/src/dispatch/turns.ts`,
        find: 'const { running } = team;',
        replace: 'const running = 0;',
      },
    ],
    test: {
      file: `${SERVER}/src/dispatch/dispatcher.test.ts`,
      name: 'the dispatcher > gives each team its turn when the whole process is busy',
      says: "expected [ 'x1', 'x2', 'y1' ] to deeply equal",
    },
  },
  {
    promise: 'P6',
    title: 'one team never delays another',
    breaks: 'slots for whoever comes first: no share that shrinks, and no reserve',
    edits: [
      {
        file: `${SERVER}/src/dispatch/fair-share.ts`,
        find: 'if (own === 0) return total < shared + reserve;',
        replace: 'if (reserve >= 0) return own < perTeam && total < shared;',
      },
    ],
    test: {
      file: `${SERVER}/src/dispatch/dispatcher-fairness.test.ts`,
      name: 'on sqlite > 25 teams whose twenty events all hang delay no event of another',
      says: "to include 'good'",
    },
  },
  {
    promise: 'P6',
    title: 'one team never delays another',
    breaks: 'a backlog that is read into memory whatever a team has there',
    edits: [
      {
        file: `${SERVER}/src/dispatch/memory-share.ts`,
        find: 'mayTakeMore(bytes + comingBytes, this.#bytes + this.#arrivingBytes - ownBytes, this.#sizes)',
        replace: 'bytes + comingBytes + ownBytes >= 0',
      },
    ],
    test: {
      file: `${SERVER}/src/dispatch/dispatcher-fairness.test.ts`,
      name: 'on sqlite > one team’s large events stay in the store beyond what memory may hold of it, and are handed out in order',
      says: 'to be less than or equal to 120000',
    },
  },
  {
    promise: 'P7',
    title: 'many failures at once are an incident',
    breaks: 'a breaker whose threshold is never reached',
    edits: [
      {
        file: `${SERVER}/src/team/breaker.ts`,
        find: 'return Math.max(5, Math.min(20, Math.floor(active * 0.02)));',
        replace: 'return Math.max(Infinity, active);',
      },
    ],
    test: {
      file: `${SERVER}/src/team/breaker.test.ts`,
      name: 'many that fail at once, on sqlite > are held from the threshold on, and the hold is told once',
      says: 'to deeply equal { inactive: 5, held: 7, active: 8 }',
    },
  },
  {
    promise: 'P8',
    title: 'user code cannot take the server down',
    breaks: 'passing on what a hook throws',
    edits: [
      {
        file: `${SERVER}/src/hooks/hooks.ts`,
        find: `        await this.#bounded(hook, name, payload);
      } catch (error) {
        this.#reportFailure(name, payload, error);`,
        replace: `        await this.#bounded(hook, name, payload);
      } catch (error) {
        throw error;`,
      },
    ],
    test: {
      file: `${SERVER}/test/user-code.test.ts`,
      name: 'a hook > that throws hinders neither booting, connecting, deactivating nor registering',
      says: 'the listener broke',
    },
  },
  {
    promise: 'P8',
    title: 'user code cannot take the server down',
    breaks: 'waiting for a listener without end',
    edits: [
      {
        file: `${SERVER}/src/dispatch/event-runner.ts`,
        find: 'await Promise.race([this.#handle(item, work), limit.reached]);',
        replace: 'await this.#handle(item, work);',
      },
    ],
    test: {
      file: `${SERVER}/src/dispatch/dispatcher.test.ts`,
      name: 'the dispatcher > fails an event whose listeners never settle after five minutes and frees its slot',
      says: "expected [] to match object [ { id: 'a1'",
    },
  },
  {
    promise: 'P9',
    title: 'secrets stay secret',
    breaks: 'tokens stored as they are',
    edits: [
      {
        file: `${SERVER}/src/installation/sealing.ts`,
        find: 'seal: (secret, binding) => seal(first, secret, binding),',
        replace: 'seal: (secret) => Buffer.from(secret),',
      },
      {
        file: `${SERVER}/src/installation/sealing.ts`,
        find: 'open: (sealed, binding) => open(ring, sealed, binding),',
        replace: 'open: (sealed) => Buffer.from(sealed).toString(),',
      },
    ],
    test: {
      file: `${SERVER}/src/installation/tokens-at-rest.test.ts`,
      name: 'tokens at rest > are in no byte of the database or its log while it is open',
      says: "to deeply equal [ 'scope-in-the-clear' ]",
    },
  },
  {
    promise: 'P9',
    title: 'secrets stay secret',
    breaks: 'a log that writes its lines as they are',
    edits: [
      {
        file: `${SERVER}/src/observability/logger.ts`,
        find: 'log[level](redactor.value(facts) as object, redactor.text(message));',
        replace: 'log[level](facts, message);',
      },
    ],
    test: {
      file: `${SERVER}/test/secrets.test.ts`,
      name: 'after a story of failures > no secret stands in logs, errors, answers, pages, the database or its WAL',
      says: "to contain 'crashed with [token]'",
    },
  },
  {
    promise: 'P10',
    title: 'SIGTERM loses nothing',
    breaks: 'a stop that waits for no listener',
    edits: [
      {
        file: `${SERVER}/src/dispatch/dispatcher.ts`,
        find: 'await this.#running.untilIdle(graceMs);',
        replace: '',
      },
    ],
    test: {
      file: `${SERVER}/test/draining.test.ts`,
      name: 'waits within the grace period for a listener that is at work, whose event is done then',
      says: 'expected { unfinished: 1 } to deeply equal { unfinished: +0 }',
    },
  },
  {
    promise: 'P10',
    title: 'SIGTERM loses nothing',
    breaks: 'a stop that does not hand the inbox over',
    edits: [
      {
        file: `${SERVER}/src/dispatch/dispatcher.ts`,
        find: 'if (unwritten === 0) {',
        replace: "if (this.#owner === '') {",
      },
    ],
    test: {
      file: `${SERVER}/test/draining.test.ts`,
      name: 'hands over what was begun and what waited, each answered once after the next start',
      says: "expected [ 'slow 1, attempt 2'",
    },
  },
  {
    promise: 'P11',
    title: 'nobody without a signature costs more than a bounded little',
    breaks: 'a request URL that reads whatever it is sent',
    edits: [
      {
        file: `${SERVER}/src/request-url/request-url.ts`,
        find: "if (!claim && !maySslCheck(request)) return reject(request, response, { headers: { connection: 'close' } });",
        replace: 'maySslCheck(request);',
      },
    ],
    test: {
      file: `${SERVER}/src/request-url/strangers.test.ts`,
      name: 'a body without sound signature headers > is refused before it is sent, and the connection closed: none',
      says: 'expected false to be true',
    },
  },
  {
    promise: 'P11',
    title: 'nobody without a signature costs more than a bounded little',
    breaks: 'half-sent bodies that are never cut',
    edits: [
      {
        file: `${SERVER}/src/request-url/unverified-bodies.ts`,
        find: 'if (this.#bufferedBytes > this.#limitBytes) this.#cutSlowest();',
        replace: 'if (this.#bufferedBytes < 0) this.#cutSlowest();',
      },
    ],
    test: {
      file: `${SERVER}/src/request-url/unverified-bodies.test.ts`,
      name: 'cuts the slowest until there is room again',
      says: 'expected [] to deeply equal',
    },
  },
  {
    promise: 'P11',
    title: 'nobody without a signature costs more than a bounded little',
    breaks: 'an install flow that turns nobody away',
    edits: [
      {
        file: `${SERVER}/src/installation/install-limits.ts`,
        find: 'if (waitMs > 0) return',
        replace: 'if (waitMs < 0) return',
      },
    ],
    test: {
      file: `${SERVER}/src/installation/install-visits.test.ts`,
      name: 'a flood of installs > with codes of its own making costs a bounded number of calls, rows and lines, and others install beside it',
      says: 'to have a length of 3 but got 500',
    },
  },
  {
    promise: 'P12',
    title: 'one value is one row’s problem',
    breaks: 'taking a value that is refused for good for a store in trouble',
    edits: [
      {
        file: `${SERVER}/src/inbox/settlements.ts`,
        find: `    if (!isBotServerError(error, 'value_refused')) throw error;
    return error;`,
        replace: '    throw error;',
      },
    ],
    test: {
      file: `${SERVER}/src/dispatch/refused-values.test.ts`,
      name: 'a value that the store refuses, on sqlite > is told by a replacement text when the row takes no error like it',
      says: "expected { seq: 1, eventId: 'Ev1', …(7) } to match object { state: 'failed'",
    },
  },
  {
    promise: 'I46',
    title: 'a connection that hears nothing is replaced',
    breaks: 'expecting nothing back of what the bot posts',
    edits: [
      {
        file: `${SERVER}/src/hearing/team-hearing.ts`,
        find: 'if (!this.#ownPosts.isExpected(post)) return;',
        replace: 'if (this.#ownPosts.isExpected(post)) return;',
      },
    ],
    test: {
      file: `${SERVER}/test/deaf.test.ts`,
      name: 'an RTM connection that hears nothing > is replaced within a minute of the first unheard post, successor first, and hears again',
      says: 'The log did not show',
    },
  },
  {
    promise: 'I46',
    title: 'a connection that hears nothing is replaced',
    breaks: 'taking a team for the proof that others hear nothing either',
    edits: [
      {
        file: `${SERVER}/src/hearing/hearing-state.ts`,
        find: '(othersHeard(first.team)?.order ?? 0) < first.order',
        replace: '(othersHeard(first.team)?.order ?? 0) >= 0',
      },
    ],
    test: {
      file: `${SERVER}/src/hearing/hearing-state.test.ts`,
      name: 'deaf is > not decided by one team while another one hears, but by two',
      says: "to be 'hearing'",
    },
  },
  {
    promise: 'I55',
    title: 'one owner of each shard in the cluster',
    breaks: 'a release that does not name the epoch',
    edits: [
      {
        file: `${SERVER}/src/ownership/node-repository.ts`,
        find: 'where shard = mine.number and epoch = mine.known_epoch and owner = $1`,',
        replace: 'where shard = mine.number and epoch >= mine.known_epoch and owner = $1`,',
      },
    ],
    test: {
      file: `${SERVER}/src/ownership/node-repository.test.ts`,
      name: 'a release that comes late ends no later reign',
      says: "to deeply equal [ '1 a 3' ]",
    },
  },
  {
    promise: 'I55',
    title: 'one owner of each shard in the cluster',
    breaks: 'giving a shard back before its followers have let go',
    edits: [
      {
        file: `${SERVER}/src/ownership/node-state.ts`,
        find: "holdings.set(shard, { epoch, phase: 'draining', sinceMs: env.nowMs });",
        replace: "holdings.set(shard, { epoch, phase: 'releasing' });",
      },
    ],
    test: {
      file: `${SERVER}/src/ownership/node-state.model.test.ts`,
      name: 'several nodes on one database > never have two that believe they own a shard, and share everything out again',
      says: 'Property failed after',
    },
  },
  {
    promise: 'P5',
    title: 'one answering connection per team in the cluster',
    breaks: 'a gate that sends for every team past the lease of its process',
    edits: [
      {
        file: `${SERVER}/src/installation/token-map.ts`,
        find: "if (!this.#holdsLease()) return refuse('fenced', known.key, 'fenced');",
        replace: '',
      },
    ],
    test: {
      file: `${SERVER}/test/cluster-inbox.test.ts`,
      name: 'a client that somebody kept sends nothing past the lease of its node, and sends again when that was renewed',
      says: "expected 'sent: true' to contain 'the lease of this process is over'",
    },
  },
  {
    promise: 'P5',
    title: 'one answering connection per team in the cluster',
    breaks: 'a gate that is asked before there is a connection, and not when the bytes leave',
    edits: [
      {
        file: `${SERVER}/src/slack/guarded-fetch.ts`,
        find: 'dispatcher: mayLeave ? guarded(dispatcher, mayLeave) : dispatcher,',
        replace: 'dispatcher,',
      },
    ],
    test: {
      file: `${SERVER}/test/woken-nodes.test.ts`,
      name: 'a node that wakes up without its lease sends nothing that was on its way, whatever it is',
      says: "expected [ 'answer was sent'",
    },
  },
  {
    promise: 'P5',
    title: 'one answering connection per team in the cluster',
    breaks: 'a listener that goes on sending for an event that another node has begun again',
    edits: [
      {
        file: `${SERVER}/src/dispatch/listener-work.ts`,
        find: 'return !this.#isOver && (this.facts.isLost?.() ?? false);',
        replace: 'return false;',
      },
    ],
    test: {
      file: `${SERVER}/test/cluster-inbox.test.ts`,
      name: 'a listener whose event another node has by now sends nothing, also when its node has a lease again',
      says: 'expected [] to have a length of 1',
    },
  },
  {
    promise: 'P5',
    title: 'one answering connection per team in the cluster',
    breaks: 'a dispatcher that begins events although its lease is over',
    edits: [
      {
        file: `${SERVER}/src/dispatch/owned-shards.ts`,
        find: 'return ownership?.owns(shard) ?? true;',
        replace: 'return true;',
      },
      {
        file: `${SERVER}/src/dispatch/owned-shards.ts`,
        find: 'return claim && this.#deps.ownership?.owns(claim.shard) !== false ? claim : undefined;',
        replace: 'return claim;',
      },
    ],
    test: {
      file: `${SERVER}/src/dispatch/cluster.test.ts`,
      name: 'a node whose lease may be over > begins and writes nothing, and goes on when the lease was renewed',
      says: "to deeply equal [ 'runs' ]",
    },
  },
  {
    promise: 'P4',
    title: 'an accepted event reaches the listeners exactly once',
    breaks: 'a shard that is given back while its events run',
    edits: [
      {
        file: `${SERVER}/src/dispatch/shared-work.ts`,
        find: 'await running.untilIdle(limitMs, shards);',
        replace: '',
      },
    ],
    test: {
      file: `${SERVER}/src/dispatch/cluster.test.ts`,
      name: 'a node that gives a shard back > begins nothing more, waits for what runs, and leaves the rest as it was',
      says: "expected 'ready' to be 'done'",
    },
  },
  {
    promise: 'P4',
    title: 'an accepted event reaches the listeners exactly once',
    breaks: 'a takeover that takes a death for a gift',
    edits: [
      {
        file: `${SERVER}/src/dispatch/owned-shards.ts`,
        find: '(hadDied ? died : clean).push(claim);',
        replace: '(hadDied ? clean : clean).push(claim);',
      },
    ],
    test: {
      file: `${SERVER}/src/dispatch/cluster.test.ts`,
      name: 'a node whose lease may be over > writes nothing of what it had begun when another has taken over, where it comes again',
      says: 'expected [ 1, 1 ] to deeply equal [ 1, 2 ]',
    },
  },
  {
    promise: 'P4',
    title: 'an accepted event reaches the listeners exactly once',
    breaks: 'blaming a listener for the fence of its own process',
    edits: [
      {
        file: `${SERVER}/src/dispatch/event-runner.ts`,
        find: 'const isLast = !isLeft && attempts + 1 >= options.maxAttempts;',
        replace: 'const isLast = attempts + 1 >= options.maxAttempts;',
      },
    ],
    test: {
      file: `${SERVER}/test/cluster-inbox.test.ts`,
      name: 'a listener that fails because the lease of its node was over runs again when that was renewed',
      says: "expected [ 'attempt 1' ] to deeply equal [ 'attempt 1', 'attempt 2' ]",
    },
  },
  {
    promise: 'I55',
    title: 'one owner of each shard in the cluster',
    breaks: 'a node that believes in its lease longer than the database does',
    edits: [
      {
        file: `${SERVER}/src/ownership/lease-queries.ts`,
        find: 'deadlineMs: sentAtMs + ttlMs * LOCAL_SHARE_OF_TTL',
        replace: 'deadlineMs: sentAtMs + ttlMs * (1 + LOCAL_SHARE_OF_TTL)',
      },
    ],
    test: {
      file: `${SERVER}/src/ownership/lease-deadline.test.ts`,
      name: 'ends a tenth before the database’s when no renewal is answered, and followers hear of it then',
      says: "'owning'",
    },
  },
  {
    promise: 'I55',
    title: 'one owner of each shard in the cluster',
    breaks: 'a lease that is over only when its timer has fired',
    edits: [
      {
        file: `${SERVER}/src/ownership/lease-owner.ts`,
        find: "return this.#state.kind === 'owning' && this.#time.now() < this.#state.lease.deadlineMs;",
        replace: "return this.#state.kind === 'owning';",
      },
    ],
    test: {
      file: `${SERVER}/src/ownership/lease-deadline.test.ts`,
      name: 'is over for whoever asks before any timer has fired, as in a process that was frozen',
      says: 'to deeply equal [ false, false ]',
    },
  },
  {
    promise: 'I55',
    title: 'one owner of each shard in the cluster',
    breaks: 'a lease that runs from when its renewal was answered',
    edits: [
      {
        file: `${SERVER}/src/ownership/lease-queries.ts`,
        find: "return { type: 'renewed', lease: this.#leaseFrom(sentAtMs, {",
        replace: "return { type: 'renewed', lease: this.#leaseFrom(this.#deps.nowMs(), {",
      },
    ],
    test: {
      file: `${SERVER}/src/ownership/lease-deadline.test.ts`,
      name: 'runs from when a renewal was sent, however late it is answered',
      says: 'expected true to be false',
    },
  },
  {
    promise: 'I55',
    title: 'one owner of each shard in the cluster',
    breaks: 'a lease that is asked for under another name when its answer was lost',
    edits: [
      {
        file: `${SERVER}/src/ownership/lease-queries.ts`,
        find: 'this.#beginning ??= this.newId();',
        replace: 'this.#beginning = this.newId();',
      },
    ],
    test: {
      file: `${SERVER}/src/ownership/lease-owner.test.ts`,
      name: 'owners on one database > one that began a lease without hearing of it goes on with what it had, and nobody counts it twice',
      says: "to deeply equal [ 'fenced', 'resumed' ]",
    },
  },
  {
    promise: 'P6',
    title: 'one team never delays another in the cluster',
    breaks: 'transactions that all lock the same',
    edits: [
      {
        file: `${SERVER}/src/store/postgres-subjects.ts`,
        find: '.update(`${schema} ${subject}`)',
        replace: '.update(`${schema} ${typeof subject}`)',
      },
    ],
    test: {
      file: `${SERVER}/src/team/side-by-side.test.ts`,
      name: 'an installation whose row somebody has locked > delays no other installation, no verdict and no event, however much waits for it',
      says: 'it waits for another installation',
    },
  },
  {
    promise: 'I66',
    title: 'a new node gets its share as fast as it connects',
    breaks: 'planned moves that count shards and not the connections that they break',
    edits: [
      {
        file: `${SERVER}/src/ownership/shard-plan.ts`,
        find: 'if (moving > 0 && moving + more > room) break;',
        replace: 'if (moving + more < 0) break;',
      },
    ],
    test: {
      file: `${SERVER}/src/ownership/shard-plan.test.ts`,
      name: 'a planned move > takes one shard at a time when it has more connections than that',
      says: 'to have a length of 1 but got 32',
    },
  },
  {
    promise: 'I61',
    title: 'no door decides who may do what',
    breaks: 'a door that does not ask for the role of an operation',
    edits: [
      {
        file: `${SERVER}/src/admin/admin-app.ts`,
        find: "if (operation.role === 'read' || role === 'operate') return;",
        replace: "if (operation.role === 'read' || role !== undefined) return;",
      },
    ],
    test: {
      file: `${SERVER}/src/admin/authorization.test.ts`,
      name: 'the read token reads everything and changes nothing',
      says: "to match object { status: 403, code: 'forbidden' }",
    },
  },
  {
    promise: 'I61',
    title: 'no door decides who may do what',
    breaks: 'attempts that are counted and not limited',
    edits: [
      {
        file: `${SERVER}/src/admin/login-limits.ts`,
        find: 'if (count <= MAX_ATTEMPTS) return;',
        replace: 'if (count > 0) return;',
      },
    ],
    test: {
      file: `${SERVER}/src/admin/login-limits.test.ts`,
      name: 'on sqlite > an address has twenty attempts in ten minutes, on all nodes together',
      says: 'instead of rejecting',
    },
  },
  {
    promise: 'I62',
    title: 'what an operator changes has a row before it begins',
    breaks: 'an operation that begins although its row could not be written',
    edits: [
      {
        file: `${SERVER}/src/operations/audit/audited.ts`,
        find: 'beforeJson: before ? auditJson(before) : null,\n  });',
        replace: 'beforeJson: before ? auditJson(before) : null,\n  }).catch(() => 0);',
      },
    ],
    test: {
      file: `${SERVER}/src/operations/audit/audit.test.ts`,
      name: 'the audit on sqlite > is written before anything changes: an operation whose row cannot be written does not begin',
      says: 'instead of rejecting',
    },
  },
  {
    promise: 'I63',
    title: 'a job that is paused begins nothing',
    breaks: 'a job that begins whatever is wished of it',
    edits: [
      {
        file: `${SERVER}/src/jobs/job-wishes.ts`,
        find: 'return this.#wishes !== undefined && this.of(name).pausedAtMs === null;',
        replace: 'return this.#wishes !== undefined && this.of(name) !== undefined;',
      },
    ],
    test: {
      file: `${SERVER}/src/jobs/job-wishes.test.ts`,
      name: 'on sqlite > a paused job begins nothing on any process within a second, and after a resume what it missed runs once',
      says: 'to have a length of 1',
    },
  },
  {
    promise: 'I64',
    title: 'replayed events leave room for new ones',
    breaks: 'a replay that makes all events of a team due',
    edits: [
      {
        file: `${SERVER}/src/inbox/replays/replayer.ts`,
        find: 'if (ofTeam >= PER_TEAM) continue;',
        replace: 'if (ofTeam >= ALL_TEAMS) continue;',
      },
    ],
    test: {
      file: `${SERVER}/src/inbox/replays/replayer.test.ts`,
      name: 'a replay on sqlite > has ten events of a team due at a time, so that its new ones find room',
      says: '{ T1: 10, T2: 3 }',
    },
  },
  {
    promise: 'I65',
    title: 'a broadcast is posted once to each team',
    breaks: 'a server that forgets what it could not write',
    edits: [
      {
        file: `${SERVER}/src/broadcast/broadcaster.ts`,
        find: 'if (result) this.#unwritten.push({ key, result });',
        replace: "if (result === undefined) this.#unwritten.push({ key, result: { state: 'waiting', error: '' } });",
      },
    ],
    test: {
      file: `${SERVER}/src/broadcast/broadcaster.test.ts`,
      name: 'a broadcast on sqlite > is not posted again because the store did not take that it arrived',
      says: "to match object { state: 'done' }",
    },
  },
  {
    promise: 'I67',
    title: 'what nobody heard is told by gap',
    breaks: 'a gap that begins with the first socket that is lost',
    edits: [
      {
        file: `${SERVER}/src/connection/socket-gap.ts`,
        find: 'if (this.#open.size === 0) this.#lostAtMs ??= this.#deps.clock.now();',
        replace: 'this.#lostAtMs ??= this.#deps.clock.now();',
      },
    ],
    test: {
      file: `${SERVER}/src/connection/socket-connections.test.ts`,
      name: 'a socket that is lost > leaves no gap while the other slot is open',
      says: 'to deeply equal []',
    },
  },
  {
    promise: 'I67',
    title: 'what nobody heard is told by gap',
    breaks: 'a gap that is forgotten before hooks have settled',
    edits: [
      {
        file: `${SERVER}/src/connection/untold-gaps.ts`,
        find: 'const isWritten = told.then(() => {',
        replace: 'const isWritten = Promise.resolve().then(() => {',
      },
    ],
    test: {
      file: `${SERVER}/src/connection/untold-gaps.test.ts`,
      name: 'a gap on sqlite > that a process did not tell before it died is taken by the next one, once, and by nobody when hooks were told',
      says: 'expected undefined to be 5000',
    },
  },
  {
    promise: 'I68',
    title: 'lists go by places that do not change',
    breaks: 'a page that begins with the last row of the one before',
    edits: [
      {
        file: `${SERVER}/src/team/team-search-repository.ts`,
        find: '(${place}, t.team_id) > ($${key}, $${teamId})',
        replace: '(${place}, t.team_id) >= ($${key}, $${teamId})',
      },
    ],
    test: {
      file: `${SERVER}/src/operations/teams/search-teams.test.ts`,
      name: 'on sqlite > pages have so many teams, also of an organization, and each is seen once while others come and go',
      says: "[ 'E1', 'T5', 'T5'",
    },
  },
  {
    promise: 'I77',
    title: 'why says only what can be known',
    breaks: 'taking a server that did not answer for one that knows nothing of the message',
    edits: [
      {
        file: `${SERVER}/src/operations/why/never-arrived.ts`,
        find: 'if (silent.length > 0)',
        replace: 'if (silent.length < 0)',
      },
    ],
    test: {
      file: `${SERVER}/src/operations/why/never-arrived.test.ts`,
      name: 'it is not said that nothing came > where one did not answer',
      says: "to match object { outcome: 'unknown'",
    },
  },
  {
    promise: 'I78',
    title: 'Ctrl-C leaves nothing half done',
    breaks: 'a rotation of keys that does not hear its signal',
    edits: [
      {
        file: `${SERVER}/src/operations/keys/reseal.ts`,
        find: 'if (signal?.aborted) throw stopped(resealed);',
        replace: 'if (signal && resealed < 0) throw stopped(resealed);',
      },
    ],
    test: {
      file: `${SERVER}/src/operations/keys/rotate-keys.test.ts`,
      name: 'a rotation of keys on sqlite > is ended between two pages, says that all keys are still needed, and goes on with the rest',
      says: 'instead of rejecting',
    },
  },
];
