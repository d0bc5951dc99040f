/** Plays the person on the authorize page with plain HTTP: gets the page, sends its form, and reads where it leads. */
import type { Simulator } from '../../src/index.ts';

/** What a browser would have. */
export interface Visit {
  status: number;
  html: string;
  /** Where the answer leads, if it does. */
  location: URL | undefined;
}

export async function visit(url: string, init: RequestInit = {}): Promise<Visit> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const location = response.headers.get('location');
  return {
    status: response.status,
    html: await response.text(),
    location: location === null ? undefined : new URL(location),
  };
}

/** The fields of the form on a page. */
export function formFields(html: string): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [, name = '', value = ''] of html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)) {
    fields.set(
      name,
      value.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<'),
    );
  }
  return fields;
}

/** Opens the page and presses a button. */
export async function decide(
  simulator: Simulator,
  parameters: Record<string, string>,
  choice: { decision: 'allow' | 'cancel'; team?: string },
): Promise<Visit> {
  const page = await visit(`${simulator.authorizeUrl}?${new URLSearchParams(parameters).toString()}`);
  const fields = formFields(page.html);
  for (const [name, value] of Object.entries(choice)) fields.set(name, value);
  return visit(simulator.authorizeUrl, { method: 'POST', body: fields });
}
