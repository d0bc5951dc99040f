/** The attacks: what strangers, or one team's listeners, do to a server while others use it. Each is a few lines over strangers.ts. */
import { HOSTILE_TEAMS, hostileTeam } from './cast.ts';
import { ALONE } from './report.ts';
import { chunked, installWith, madeUpSignature, post, repeat, type Target, trickle, withSockets } from './strangers.ts';

/** One way of harming the others. */
export interface Attack {
  name: string;
  /** How Slack delivers, to all teams. Over Socket Mode that is this process, and so is the attack. @defaultValue http */
  transport?: 'socket';
  /** Until the signal; resolves when everything that it opened is closed. Answers how much it did. */
  run(target: Target): Promise<number>;
}

const MIB = 1_048_576;
const SSL_BOMB = `ssl_check=10&${'&a'.repeat(520_000)}`;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const unsigned = () => ({});

/** Bodies that never end, a byte per chunk: each of them costs the parser a buffer. */
const oneByteChunks = (headers: () => Record<string, string>, who: string): Attack => ({
  name: `one-byte chunks, ${who}`,
  run: (target) =>
    withSockets(target, 8, (socket) => {
      socket.write(post({ 'transfer-encoding': 'chunked', ...headers() }));
      return trickle(socket, chunked('a', 20_000), target);
    }),
});

/** Bodies of which half is sent and then nothing. */
const halfBodies = (headers: () => Record<string, string>, who: string): Attack => ({
  name: `800 half-sent bodies of 1 MiB, ${who}`,
  run: (target) =>
    withSockets(target, 800, (socket) => {
      socket.write(post({ 'content-length': String(MIB), ...headers() }) + 'x'.repeat(MIB / 2));
      return Promise.resolve();
    }),
});

/** Whole bodies, the next one as soon as the one before is answered. */
const wholeBodies = (name: string, senders: number, body: string, headers: () => Record<string, string>): Attack => ({
  name,
  async run(target) {
    let sent = 0;
    await withSockets(target, senders, (socket) => {
      const send = () => {
        sent++;
        socket.write(post({ 'content-length': String(body.length), ...headers() }) + body);
      };
      socket.on('data', () => !target.signal.aborted && send());
      send();
      return Promise.resolve();
    });
    return sent;
  },
});

/** Connections over which nothing, or half a header, is sent. */
const idleConnections: Attack = {
  name: '6,000 idle connections',
  run: (target) =>
    withSockets(
      target,
      6_000,
      (socket) => {
        socket.write('POST /slack/events HTTP/1.1\r\nhost: bench.test\r\nx-slow: ');
        return Promise.resolve();
      },
      // A storm of new connections is another attack, on the machine.
      { againMs: 500 },
    ),
};

/** Pages are asked for and never read. */
const slowReaders: Attack = {
  name: '200 readers that do not read',
  run: (target) =>
    withSockets(target, 200, (socket) => {
      socket.pause();
      socket.write('GET / HTTP/1.1\r\nhost: bench.test\r\n\r\n'.repeat(16));
      return Promise.resolve();
    }),
};

/** Pages are asked for by the thousand, ahead of their answers. */
const pipelines: Attack = {
  name: '20 senders of 2,000 GETs at once',
  run: (target) =>
    withSockets(target, 20, (socket) => {
      socket.write('GET / HTTP/1.1\r\nhost: bench.test\r\n\r\n'.repeat(2_000));
      return Promise.resolve();
    }),
};

/** Codes of one's own making, with states that the server gave. */
const installFlood: Attack = {
  name: 'installs with made-up codes',
  run: (target) => repeat(target, 32, (number) => installWith(target, `made-up-${number}`)),
};

/** Commands that are acknowledged and whose listeners then never settle. */
const hangingCommands: Attack = {
  name: '5 teams × 100 commands that hang',
  run: (target) => target.slack.commands(5 * 100, (number) => ({ teamId: hostileTeam(number % 5), command: '/hang' })),
};

/** Events whose listeners never settle. */
const hangingEvents: Attack = {
  name: `${HOSTILE_TEAMS} teams × 20 events that hang`,
  run: (target) => target.slack.events(HOSTILE_TEAMS * 20, (number) => ({ teamId: hostileTeam(number), text: 'hang' })),
};

/** Acks over Socket Mode for which Slack would close the socket that all teams share. */
const largeAcks: Attack = {
  name: 'acks of 34 kB over Socket Mode',
  transport: 'socket',
  run: (target) =>
    repeat(target, 8, (number) => target.slack.command({ teamId: hostileTeam(number), command: '/large' })),
};

/** Errors that PostgreSQL cannot store as they are. */
const unstorableErrors: Attack = {
  name: 'listeners that throw a NUL',
  run: (target) => target.slack.events(200, (number) => ({ teamId: hostileTeam(number % 3), text: 'nul' })),
};

/** All of them. */
export const attacks: readonly Attack[] = [
  { name: ALONE, run: () => Promise.resolve(0) },
  oneByteChunks(unsigned, 'unsigned'),
  oneByteChunks(madeUpSignature, 'signatures made up'),
  halfBodies(unsigned, 'unsigned'),
  halfBodies(madeUpSignature, 'signatures made up'),
  wholeBodies('ssl_check forms of 1 MB', 4, SSL_BOMB, () => FORM),
  wholeBodies('ssl_check forms of 1 MB, signatures made up', 4, SSL_BOMB, () => ({ ...FORM, ...madeUpSignature() })),
  wholeBodies('small bodies, signatures made up', 16, 'x'.repeat(1_600), madeUpSignature),
  idleConnections,
  slowReaders,
  pipelines,
  installFlood,
  hangingCommands,
  hangingEvents,
  largeAcks,
  unstorableErrors,
];
