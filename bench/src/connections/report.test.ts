/** From samples to ratios, goals and text. */
import { expect, it } from 'vitest';
import { bareServer, floor, rtmApi, server } from './contenders.ts';
import type { Sample } from './measures.ts';
import { formatReport } from './print-report.ts';
import { reportOf } from './report.ts';

const machine = { cores: 2, cpu: 'any', memoryGib: 8, node: 'v24.0.0', platform: 'linux x64' };
const facts = { date: '2026-11-23', teams: 1_000, rounds: 3, quick: false, machine };

const measured = (values: Sample['values']): Sample => ({ values, failure: undefined });
const samples = new Map<string, Sample[]>([
  [floor.name, [{ closeMs: 900 }, { closeMs: 1_000 }, { closeMs: 4_000 }].map(measured)],
  [bareServer.name, [{ closeMs: 1_200, resetMs: 1_500 }, { closeMs: 1_400 }].map(measured)],
  [server.name, [{ closeMs: 31_000, muteNoticedMs: 14_000, allMuteNoticedMs: 20_001, outageDropped: 0 }].map(measured)],
  [rtmApi.name, [{ values: { closeMs: 2_000 }, failure: 'process ended with code 1' }]],
]);
const report = reportOf({ contenders: [floor, bareServer, server, rtmApi], samples, facts });

it('compares medians with those of the floor and of @slack/rtm-api', () => {
  const [ofFloor, ofBare] = report.contenders;
  expect(ofFloor?.results.closeMs).toEqual({
    median: 1_000,
    min: 900,
    max: 4_000,
    samples: [900, 1_000, 4_000],
    toRtmApi: 0.5,
  });
  expect(ofBare?.results.closeMs).toMatchObject({ median: 1_300, toFloor: 1.3, toRtmApi: 0.65 });
});

it('judges goals by what was measured, and leaves open what was not', () => {
  const judged = Object.fromEntries(report.goals.map(({ text, met }) => [text, met]));
  expect(judged).toMatchObject({
    'back after close frames, bare: times the floor': true,
    'back after TCP resets, bare: times the floor': undefined,
    'back after close frames, at defaults: ms': false,
    'mute peers noticed, at defaults: ms': true,
    'all mute noticed, at defaults: ms': false,
    'sockets dropped in an outage that they survive': true,
  });
});

it('says in the text which contender failed and why, beside what it gave until then', () => {
  const text = formatReport(report);
  expect(text).toContain('FAILED @slack/rtm-api: process ended with code 1');
  expect(text).toContain('1.00 s (0.90 s–4.00 s)');
  expect(text).toContain('2026-11-23: 1000 teams, 3 rounds; 2 cores (any), 8 GiB, linux x64, node v24.0.0');
});
