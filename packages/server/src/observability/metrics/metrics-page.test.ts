import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasPromtool, NO_PROMTOOL, promtool } from '../../../test/promtool.test-kit.ts';
import { aPage, valuesIn } from './metrics-page.test-kit.ts';

const MONITOR = readFileSync(new URL('../../../../../docs/monitor.md', import.meta.url), 'utf8');

describe('the metrics page', () => {
  it('says what was counted and what was looked up', async () => {
    const { page, counters } = aPage();
    counters.eventsAccepted.add();
    counters.slackCalls.add('chat.postMessage', 'rate_limited');
    counters.putToHandled.observe(30);
    const { text, contentType } = await page.render();
    expect(contentType).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(valuesIn(text)).toMatchObject({
      'slack_bot_server_build_info{version="1.2.3",node_version="24.0.0",transport="rtm",store="sqlite"}': 1,
      'slack_bot_server_teams{status="active",doubt="held"}': 3,
      slack_bot_server_incident: 0,
      slack_bot_server_events_accepted_total: 1,
      slack_bot_server_events_handled_total: 2,
      'slack_bot_server_slack_calls_total{method="chat.postMessage",result="rate_limited"}': 1,
      'slack_bot_server_event_put_to_handled_seconds_bucket{le="0.025"}': 0,
      'slack_bot_server_event_put_to_handled_seconds_bucket{le="0.05"}': 1,
      'slack_bot_server_event_put_to_handled_seconds_bucket{le="+Inf"}': 1,
      slack_bot_server_event_put_to_handled_seconds_sum: 0.03,
      slack_bot_server_event_put_to_handled_seconds_count: 1,
      'slack_bot_server_connections{transport="rtm",state="open"}': 2,
      slack_bot_server_backlog_oldest_age_seconds: 2.5,
      'slack_bot_server_inbox_events{state="failed"}': 2,
      'slack_bot_server_lease_state{state="owning"}': 1,
      'slack_bot_server_lease_state{state="fenced"}': 0,
      slack_bot_server_lease_age_seconds: 1.25,
      slack_bot_server_store_up: 1,
      'slack_bot_server_ready{check="ownership"}': 1,
      'slack_bot_server_ready{check="teams"}': 0,
    });
  });

  it('says what it knows while the database says nothing, and that it does not', async () => {
    const { page } = aPage({ store: async () => ({ isUp: false }) });
    const values = valuesIn((await page.render()).text);
    expect(values).toMatchObject({ slack_bot_server_store_up: 0, slack_bot_server_events_handled_total: 2 });
    expect(values).not.toHaveProperty('slack_bot_server_incident');
    expect(Object.keys(values).join()).not.toContain('inbox_events');
  });

  it('is whole before the start and after the stop of the server', async () => {
    const { page } = aPage({ events: () => undefined, sockets: () => [], lease: () => undefined, teams: () => [] });
    expect(valuesIn((await page.render()).text)).toMatchObject({ slack_bot_server_events_handled_total: 0 });
  });

  it('is rendered once for all who ask at the same time', async () => {
    let asked = 0;
    const store = async () => ({ isUp: ++asked > 0 });
    const { page } = aPage({ store });
    const answers = await Promise.all([page.render(), page.render(), page.render()]);
    expect(asked).toBe(1);
    expect(new Set(answers).size).toBe(1);
    await page.render();
    expect(asked).toBe(2);
  });

  it('leaves the metrics that the author of the bot registers alone', async () => {
    const { register } = await import('prom-client');
    await aPage().page.render();
    expect(await register.metrics()).toBe('\n');
  });
});

describe('the series', () => {
  it('are those of docs/monitor.md, with the same words', () => {
    const rows = aPage().page.series.map(({ name, type, labels, help }) => {
      const words = labels.length === 0 ? '' : labels.map((label) => `\`${label}\``).join(', ');
      return `| \`${name}\` | ${type} | ${words} | ${help} |`;
    });
    const documented = MONITOR.split('\n').filter((line) => line.startsWith('| `slack_bot_server_'));
    expect(documented).toEqual(rows);
  });

  it('beside them are those of the process that docs/monitor.md names', async () => {
    const { text } = await aPage().page.render();
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name ?? '');
    const documented = [...MONITOR.matchAll(/`((?:process|nodejs)_\w+)`/g)].map(([, name]) => name ?? '');
    expect(new Set(documented)).toEqual(new Set(names.filter((name) => !name.startsWith('slack_bot_server_'))));
  });

  it('that are absent until something is counted, and those of connections over HTTP, are the ones that docs/monitor.md names', async () => {
    const namedIn = (words: string) => {
      const [told = ''] = MONITOR.split('\n').filter((line) => line.startsWith(words));
      return [...told.matchAll(/`(\w+_\w+|connections)`/g)].map(([, name]) => `slack_bot_server_${name}`).toSorted();
    };
    const absentOf = async ({ page }: ReturnType<typeof aPage>) => {
      await page.render();
      return page.series.filter(({ read }) => read().length === 0).map(({ name }) => name);
    };
    expect(namedIn('Absent until there is something to count: ')).toEqual((await absentOf(aPage())).toSorted());
    const overHttp = namedIn('Absent over HTTP, which has no connections: ');
    const byTransport = aPage().page.series.filter(({ labels: [first] }) => first === 'transport');
    expect(overHttp).toEqual(byTransport.map(({ name }) => name).toSorted());
    expect(await absentOf(aPage({ sockets: () => [] }))).toEqual(expect.arrayContaining(overHttp));
  });

  it('have one name each, help, and only the labels that they name', async () => {
    const { page } = aPage();
    const names = page.series.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, help, type, labels, read } of page.series) {
      expect(help, name).toMatch(/^[A-Z].{10,}\.$/);
      expect(name.endsWith('_total'), name).toBe(type === 'counter');
      for (const sample of read()) {
        expect(Object.keys(sample.labels).filter((label) => label !== 'le')).toEqual(labels);
      }
    }
  });

  it('name no team, channel, person or event: however many there are, the series stay few', () => {
    const labels = new Set(aPage().page.series.flatMap((series) => series.labels));
    expect([...labels].filter((label) => /team|channel|user|event_id|key|node$/.test(label))).toEqual([]);
  });

  it('pass promtool check metrics', async ({ skip }) => {
    if (!hasPromtool) return skip(NO_PROMTOOL);
    const { page, counters } = aPage();
    counters.statement.observe(1, 'query');
    counters.errors.add('listener');
    const { text } = await page.render();
    expect(promtool(['check', 'metrics'], text)).toEqual({ isGood: true, output: '' });
  });
});
