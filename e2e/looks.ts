/** What can be measured of how a page looks. */
import axe from 'axe-core';
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

/** Texts that stand in so little room that they are a stack of letters. */
async function stacksOf(page: Page): Promise<string[]> {
  return await page.evaluate<string[]>(`(() => {
    const cells = [...document.querySelectorAll('td, th, dt, dd, li, p, button')].filter((one) => one.innerText?.trim().length > 5);
    const narrow = cells.filter((one) => one.clientWidth > 0 && one.clientWidth < 60 && one.clientHeight > 80);
    return narrow.slice(0, 3).map((one) => 'a stack of letters: ' + one.tagName + ' ' + one.clientWidth + ' × ' + one.clientHeight + ' ' + one.innerText.slice(0, 40));
  })()`);
}

interface AxeResults {
  violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[];
}

/** What depends on the colours; of all else the other theme says the same. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

interface Looked {
  /** A selector: what is looked at. @defaultValue the whole page */
  part?: string;
  /** @defaultValue all */
  rules?: readonly string[];
}

/** What axe-core finds, with the first places. Its source is put in past the page's policy, which lets nothing in. */
export async function faultsOf(page: Page, { part, rules }: Looked = {}): Promise<string[]> {
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(axe.source);
  const options = rules ? { runOnly: { type: 'rule', values: rules } } : {};
  const context = part === undefined ? 'document' : JSON.stringify(part);
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${context}, ${JSON.stringify(options)})`);
  return violations.flatMap(({ id, nodes }) =>
    nodes
      .slice(0, 3)
      .map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary?.slice(0, 200)}`),
  );
}

/** 640 is 200 % of 1280. */
const WIDTHS = [320, 640, 1000, 2560];

/** Everything that is wrong with a page as it stands: in light and dark, and in each width. It is left as it was. */
export async function allFaultsOf(page: Page): Promise<string[]> {
  const size = page.viewportSize();
  const found: string[] = [];
  const note = (where: string, faults: readonly string[]) => found.push(...faults.map((one) => `${where}: ${one}`));
  await page.emulateMedia({ colorScheme: 'light' });
  note('light', await faultsOf(page));
  await page.emulateMedia({ colorScheme: 'dark' });
  note('dark', await faultsOf(page, { rules: COLOUR_RULES }));
  await page.emulateMedia({ colorScheme: 'light' });
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    // Charts follow a frame later.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    note(`${width} px`, [...(await overflowOf(page)), ...(await stacksOf(page))]);
  }
  if (size) await page.setViewportSize(size);
  return found;
}

/** The same of a part that comes and goes on a page that was looked at, and of the page in the narrowest width with it. */
export async function faultsIn(page: Page, part: string): Promise<string[]> {
  const size = page.viewportSize();
  // It may open a frame after the click.
  await page.locator(part).first().waitFor({ state: 'attached' });
  const light = await faultsOf(page, { part });
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await faultsOf(page, { part });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 320, height: 800 });
  const narrow = [...(await overflowOf(page)), ...(await stacksOf(page))];
  if (size) await page.setViewportSize(size);
  return [...light, ...dark.map((one) => `dark: ${one}`), ...narrow.map((one) => `320 px: ${one}`)];
}
