/** What can be measured of how a page looks. */
import type { Page } from 'playwright-core';

/** What makes the page wider than its window: the elements, and where they end. */
export async function overflowOf(page: Page): Promise<string[]> {
  return await page.evaluate<string[]>(`(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > width + 1);
    return wide.slice(0, 5).map((one) => one.tagName + '.' + one.className + ' ' + Math.round(one.getBoundingClientRect().right) + ' ' + one.textContent.slice(0, 60));
  })()`);
}

interface AxeResults {
  violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[];
}

/** What axe-core finds, with the first places. Its source is put in past the page's policy, which lets nothing in. */
export async function faultsOf(page: Page, axe: string): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(
    async () => await (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes
      .slice(0, 3)
      .map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary?.slice(0, 200)}`),
  );
}
