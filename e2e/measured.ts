/** Times what a person does on a page: from the input to the next paint, and to the paint that shows what was asked for; and weighs it. */
import type { Browser, CDPSession, Page } from 'playwright-core';

/** One kind of what a person does, over and over. */
export interface Deed {
  name: string;
  times: number;
  /** Puts the page where it begins. Not timed. */
  before?: (index: number) => Promise<unknown>;
  act: (index: number) => Promise<unknown>;
  /** Of the page: an expression that is true when what was asked for is there. */
  shown: (index: number) => string;
}

/** In milliseconds. */
export interface Timing {
  name: string;
  times: number;
  /** To the next paint, by the browser's Event Timing: 0 = below 16, its least. */
  paint: Spread;
  shown: Spread;
  /** Processor time of the page's main thread. */
  cpu: Spread;
}

interface Spread {
  p50: number;
  max: number;
}

/** Longer is no wait but a fault of what is measured, in milliseconds. */
const PATIENCE_MS = 30_000;

/** Once for each document: what listens there for inputs and paints. */
const WATCH = `(globalThis.__watch ??= (() => {
  const watch = { paintMs: 0, startMs: undefined };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) watch.paintMs = Math.max(watch.paintMs, duration);
  }).observe({ type: 'event', durationThreshold: 16 });
  for (const type of ['click', 'keydown', 'wheel', 'popstate'])
    addEventListener(type, ({ timeStamp }) => { watch.startMs ??= timeStamp; }, { capture: true, passive: true });
  const painted = () => new Promise((done) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = done;
    requestAnimationFrame(() => channel.port2.postMessage(0));
  });
  watch.begin = () => void Object.assign(watch, { paintMs: 0, startMs: undefined });
  watch.until = async (isShown) => {
    const endMs = performance.now() + ${PATIENCE_MS};
    while (watch.startMs === undefined || !isShown()) {
      if (performance.now() > endMs) throw new Error(watch.startMs === undefined ? 'no input came' : 'it was not shown');
      await new Promise(requestAnimationFrame);
    }
    await painted();
    return performance.now() - watch.startMs;
  };
  // Entries are told a while after their paint.
  watch.settled = () => new Promise((done) => setTimeout(() => requestIdleCallback(() => done(watch.paintMs)), 150));
  return watch;
})())`;

/** Does it as often as it says, one after the other. */
export async function timingOf(page: Page, { name, times, before, act, shown }: Deed): Promise<Timing> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const paints: number[] = [];
  const waits: number[] = [];
  const cpus: number[] = [];
  for (let index = 0; index < times; index++) {
    await before?.(index);
    // Begun before the input: a browser handles inputs before scripts that were sent earlier.
    await page.evaluate(`${WATCH}.begin()`);
    const cpuMs = await cpuOf(session);
    const [waitMs] = await Promise.all([
      page.evaluate<number>(`__watch.until(() => ${shown(index)})`).catch((cause: unknown) => {
        throw new Error(`${name}, number ${index}`, { cause });
      }),
      act(index),
    ]);
    waits.push(waitMs);
    cpus.push((await cpuOf(session)) - cpuMs);
    paints.push(await page.evaluate<number>('__watch.settled()'));
  }
  await session.detach();
  return { name, times, paint: spreadOf(paints), shown: spreadOf(waits), cpu: spreadOf(cpus) };
}

async function cpuOf(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000;
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { p50: sorted[Math.floor(sorted.length / 2)] ?? 0, max: sorted.at(-1) ?? 0 };
}

/** As a table of Markdown. */
export function tableOf(title: string, timings: readonly Timing[]): string {
  const cell = ({ p50, max }: Spread) => `${Math.round(p50)} / ${Math.round(max)}`;
  const lines = timings.map(
    ({ name, times, paint, shown, cpu }) => `| ${name} | ${times} | ${cell(paint)} | ${cell(shown)} | ${cell(cpu)} |`,
  );
  return `| ${title} | times | next paint, ms: p50 / max | shown, ms: p50 / max | main thread, ms: p50 / max |\n| --- | ---: | ---: | ---: | ---: |\n${lines.join('\n')}\n`;
}

/** How a page opens in a browser that has nothing of it. */
interface Opening {
  /** To the first paint, in milliseconds. */
  paint: Spread;
  /** Until what was asked for is there, in milliseconds. */
  shown: Spread;
  scriptBytes: number;
}

/** @param options.shown Of the page: an expression that is true when what was asked for is there */
export async function openingOf(
  browser: Browser,
  { url, shown, times }: { url: string; shown: string; times: number },
): Promise<Opening> {
  const paints: number[] = [];
  const waits: number[] = [];
  let scriptBytes = 0;
  for (let index = 0; index < times; index++) {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    await page.goto(url, { waitUntil: 'commit' });
    waits.push(
      await page.evaluate<number>(`(async () => {
      while (!(${shown})) await new Promise(requestAnimationFrame);
      return performance.now();
    })()`),
    );
    paints.push(
      await page.evaluate<number>(`performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0`),
    );
    scriptBytes = await page.evaluate<number>(
      `performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js')).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`,
    );
    await page.context().close();
  }
  return { paint: spreadOf(paints), shown: spreadOf(waits), scriptBytes };
}

export function openingWords({ paint, shown, scriptBytes }: Opening): string {
  const [first, there] = [paint, shown].map(({ p50, max }) => `${Math.round(p50)} / ${Math.round(max)} ms`);
  return `opened: first paint ${first}, shown ${there} (p50 / max), ${(scriptBytes / 1_000).toFixed(1)} kB of packed JavaScript`;
}

/** What a page holds after everything that can be forgotten was. */
export interface Weight {
  heapBytes: number;
  nodes: number;
  listeners: number;
}

export async function weightOf(page: Page): Promise<Weight> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await session.send('HeapProfiler.enable');
  // Twice: what the first one finalizes is let go by the second.
  for (let index = 0; index < 2; index++) await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  await session.detach();
  const valueOf = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? 0;
  return {
    heapBytes: valueOf('JSHeapUsedSize'),
    nodes: valueOf('Nodes'),
    listeners: valueOf('JSEventListeners'),
  };
}
