/** Walks through all installations that a filter lets through, a page at a time. */
import type { Installations, InstallationView, ListFilter } from '../team/installations.ts';

const PAGE = 500;

/** In the order of their keys; what is changed on the way may or may not be seen. */
export async function* allInstallations(
  installations: Pick<Installations, 'list'>,
  filter: Omit<ListFilter, 'limit' | 'afterKey'> = {},
): AsyncGenerator<InstallationView> {
  for (let afterKey: string | undefined; ; ) {
    const page = await installations.list({ ...filter, limit: PAGE, ...(afterKey === undefined ? {} : { afterKey }) });
    yield* page;
    if (page.length < PAGE) return;
    afterKey = page.at(-1)?.installation.key;
  }
}
