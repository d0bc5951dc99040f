import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../../test/support/slack.ts';
import { type Simulator, SimulatorError, startSimulator } from '../index.ts';
import { checkSeed } from './check-seed.ts';
import { objectSource, textSource } from './seed-source.ts';

const FILE = join(import.meta.dirname, '../../test/fixtures/seed.yaml');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seed-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Starts with such a file, and gives what it says about the seed. */
async function complaint(text: string): Promise<string> {
  const file = join(folder, 'seed.yaml');
  await writeFile(file, text);
  const error: unknown = await startSimulator({ seed: file }).then(
    (simulator) => simulator.stop(),
    (refused: unknown) => refused,
  );
  expect(error).toBeInstanceOf(SimulatorError);
  return (error as SimulatorError).message.replaceAll(`${folder}/`, '');
}

/** Everything that a simulator gives out: ids, tokens and secrets. */
async function everything({ control }: Simulator) {
  return { apps: await control.apps(), teams: await control.teams() };
}

describe('a seed', () => {
  it('describes enterprises, apps, workspaces, people, channels, messages and installs', async () => {
    await using slack = await startSimulator({ seed: FILE });
    const [classic, granular] = await slack.control.apps();
    expect(classic).toMatchObject({ name: 'Classic Bot', clientId: '1000.2000' });
    expect(granular).toMatchObject({ clientId: '7.8', isTokenRotationOn: true, isOrgWide: true, isSocketModeOn: true });
    const [acme, globex, initech] = await slack.control.teams();
    expect(acme?.users.map(({ realName }) => realName)).toEqual(expect.arrayContaining(['Ann', 'Bob Builder', 'Cleo']));
    expect(acme?.channels).toContainEqual(expect.objectContaining({ id: 'C0SECRET01', kind: 'group' }));
    expect(acme?.installations.map(({ app }) => app).sort()).toEqual([classic?.id, granular?.id].sort());
    expect(globex).toMatchObject({ id: 'T0GLOBEX01', installations: [{ app: granular?.id }] });
    expect(initech).toMatchObject({ installations: [{ app: classic?.id, status: 'active' }] });
    expect(await slack.control.messages({ team: 'Acme', channel: 'general' })).toMatchObject([
      { name: 'ann', text: 'Welcome' },
      { name: 'bob', text: 'Thanks' },
    ]);
    const withBot = { team: 'Acme', to: 'bot', app: granular?.id ?? '', user: 'ann' } as const;
    expect(await slack.control.messages(withBot)).toMatchObject([
      { text: 'hi bot', isBot: false },
      { text: 'hi ann', isBot: true },
    ]);
  });

  it('is what the Web API answers from', async () => {
    await using slack = await startSimulator({ seed: FILE });
    const token = (await slack.control.installs('Acme')).find(({ botToken }) => botToken.startsWith('xoxb'))?.botToken;
    const { channels } = await call(slack, 'conversations.list', token);
    const general = (channels as { id: string; name: string; topic: unknown }[]).find(({ name }) => name === 'general');
    expect(general?.topic).toMatchObject({ value: 'Everything' });
    const { messages } = await call(slack, 'conversations.history', token, { channel: general?.id ?? '' });
    expect(messages).toMatchObject([{ text: 'Welcome', reactions: [{ name: 'wave', count: 2 }], reply_count: 1 }]);
    expect(await call(slack, 'team.info', token)).toMatchObject({ team: { name: 'Acme' } });
  });

  it('gives the same ids, tokens and secrets for the same seed number', async () => {
    await using one = await startSimulator({ seed: FILE, seedNumber: 7 });
    await using two = await startSimulator({ seed: FILE, seedNumber: 7 });
    await using other = await startSimulator({ seed: FILE, seedNumber: 8 });
    expect(await everything(two)).toEqual(await everything(one));
    expect(await everything(other)).not.toEqual(await everything(one));
  });

  it('goes on with the same ids and tokens, however much is asked meanwhile', async () => {
    await using one = await startSimulator({ seed: FILE, seedNumber: 7 });
    await using two = await startSimulator({ seed: FILE, seedNumber: 7 });
    for (let index = 0; index < 5; index++) await call(two, 'api.test', undefined);
    const install = { team: 'Globex', app: 'A0SIMULATE' };
    expect(await two.control.install(install)).toEqual(await one.control.install(install));
  });

  it('may be an object, and leaves out what has a default', async () => {
    await using slack = await startSimulator({ seed: { installs: [{ team: 'Acme' }] } });
    expect(await slack.control.installs()).toMatchObject([{ teamName: 'Acme', status: 'active' }]);
    await expect(startSimulator({ seed: {}, teams: 2 })).rejects.toThrow('leave out teams and app');
  });

  it('may be JSON', async () => {
    const file = join(folder, 'seed.json');
    await writeFile(file, JSON.stringify({ teams: [{ name: 'Tabs', users: ['t'] }] }, undefined, '\t'));
    await using slack = await startSimulator({ seed: file });
    expect(await slack.control.teams()).toMatchObject([{ name: 'Tabs' }]);
  });
});

describe('a seed that is wrong', () => {
  it.each([
    [
      'a field that nobody knows',
      'teams:\n  - name: A\n    colour: red',
      /^seed\.yaml:3:5 teams\[0\]: unknown key colour; allowed: id, name, domain,/,
    ],
    [
      'a word that is not one of those',
      'apps:\n  - kind: modern',
      /^seed\.yaml:2:11 apps\[0\]\.kind: .*"classic"\|"granular"$/,
    ],
    [
      'a wrong type in a choice',
      'teams:\n  - name: A\n    users:\n      - ann\n      - { name: 7 }',
      /^seed\.yaml:5:17 teams\[0\]\.users\[1\]\.name: .*expected string/,
    ],
    [
      'neither of two',
      'teams:\n  - name: A\n    users: [7]',
      /^seed\.yaml:3:13 teams\[0\]\.users\[0\]: expected a string or a mapping$/,
    ],
    ['something missing', 'teams:\n  - domain: a', /^seed\.yaml:2:5 teams\[0\]\.name: /],
    [
      "an id that is not of Slack's form",
      'teams:\n  - { id: acme, name: A }',
      /^seed\.yaml:2:11 teams\[0\]\.id: must look like T0A1B2C3D4$/,
    ],
    ['two faults at once', 'apps: []\nteams: 3', /^seed\.yaml:1:7 apps: .*\nseed\.yaml:2:8 teams: .*expected array/],
    ['no YAML', 'teams: [', /^seed\.yaml:\d+:\d+ /],
    ['a key twice', 'teams: []\nteams: []', /^seed\.yaml:2:1 Map keys must be unique$/],
    ['nothing but a word', 'hello', /^seed\.yaml:1:1: .*expected object/],
    [
      'an unknown enterprise',
      'teams:\n  - name: A\n    enterprise: Nope',
      /^seed\.yaml:3:17 teams\[0\]\.enterprise: No enterprise Nope$/,
    ],
    ['an unknown app', 'installs:\n  - { team: Acme, app: Nope }', /^seed\.yaml:2:24 installs\[0\]\.app: No app Nope$/],
    [
      'an unknown person in a channel',
      'teams:\n  - name: A\n    channels:\n      - { name: c, members: [zoe] }',
      /^seed\.yaml:4:9 teams\[0\]\.channels\[0\]: Team T\w+ has no user zoe$/,
    ],
    [
      'an unknown author',
      'teams:\n  - name: A\n    channels:\n      - name: c\n        messages:\n          - { user: zoe, text: x }',
      /^seed\.yaml:6:21 teams\[0\]\.channels\[0\]\.messages\[0\]\.user: /,
    ],
    ['the same id twice', 'apps:\n  - id: A01\n  - id: A01', /^seed\.yaml:3:5 apps\[1\]: An app with id A01/],
    [
      'an install in nothing',
      'installs:\n  - { app: Demo Bot }',
      /^seed\.yaml:2:5 installs\[0\]: Name either a team or an enterprise$/,
    ],
  ])('says where: %s', async (_what, text, expected) => {
    expect(await complaint(text)).toMatch(expected);
  });

  it('may be a file that is not there', async () => {
    await expect(startSimulator({ seed: join(folder, 'none.yaml') })).rejects.toThrow(
      /Cannot read the seed .*none\.yaml/,
    );
  });

  it('is not followed into aliases without end', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x, x]',
      ...['b', 'c', 'd', 'e', 'f', 'g'].map((name, index) => {
        const before = 'abcdefg'[index];
        return `${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(', ')}]`;
      }),
    ].join('\n');
    expect(() => textSource(bomb, 'bomb.yaml')).toThrow(/alias/i);
  });

  it('shows the first twenty faults', () => {
    const seed = { teams: Array.from({ length: 30 }, () => 7) };
    expect(() => checkSeed(objectSource(seed))).toThrow(/^seed teams\[0\]: [\s\S]*… and 10 more$/);
  });
});
