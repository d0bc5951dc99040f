/**
 * Every method of the registry, called as an app calls it on one workspace: each is taken, each brings about the events that
 * it is said to, and each answers with the keys of Slack. What a method does to the workspace is shown by the test that
 * COVERAGE.md names.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { eventsOfMethods, silentMethods } from '../src/web-api/methods/method-events.test-data.ts';
import { webApiMethods } from '../src/web-api/methods/registry.ts';
import { reportAnswers } from '../tools/answer-keys/report.ts';
import { callEveryMethod } from './every-method/run.ts';

const words = (text: string) => text.split(/\s+/).filter(Boolean);
const methods = [...webApiMethods.keys()].toSorted();

let run: Awaited<ReturnType<typeof callEveryMethod>>;
beforeAll(async () => {
  run = await callEveryMethod();
});

describe('every method', () => {
  it('is called, and no call is refused or misses an event', () => {
    expect(run.failures).toEqual([]);
    expect(methods.filter((method) => !run.answers.has(method))).toEqual([]);
  });

  it('either brings about events or says why it does not', () => {
    const silent = Object.values(silentMethods).flatMap(words);
    expect([...Object.keys(eventsOfMethods), ...silent].toSorted()).toEqual(methods);
  });

  it.each(Object.entries(eventsOfMethods))('%s is told as %s', (method, events) => {
    expect([...(run.told.get(method) ?? [])]).toEqual(expect.arrayContaining(words(events)));
  });

  it("answers with Slack's keys, or the data says why not", () => {
    expect(reportAnswers(run.answers).problems).toEqual([]);
  });
});
