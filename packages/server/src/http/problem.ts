/** Answers for what went wrong outside of an install: a page for a browser, RFC 9457 problem+json for a program. */
import type { Context } from 'hono';
import type { Notice } from './notice-page.ts';
import { noticePage } from './notice-page.ts';
import type { SitePages } from './site-pages.ts';

/** Something that went wrong, in words for a person; the title serves both kinds of readers. */
export interface Problem extends Pick<Notice, 'what' | 'next'> {
  httpStatus: 400 | 404 | 405 | 500 | 503;
  status: string;
  title: string;
}

export const problems = {
  not_found: {
    httpStatus: 404,
    status: 'Not found',
    title: 'There is no such page',
    what: 'The address may be misspelled.',
    next: 'home',
  },
  method_not_allowed: {
    httpStatus: 405,
    status: 'Not possible',
    title: 'This address cannot be used like that',
    what: 'It exists, but can only be read.',
    next: 'home',
  },
  not_installable: {
    httpStatus: 503,
    status: 'Not available',
    title: 'The bot cannot be installed right now',
    what: 'Whoever runs it has not given it the client id and secret of its Slack app (SLACK_CLIENT_ID, SLACK_CLIENT_SECRET).',
    next: 'home',
  },
  unexpected: {
    httpStatus: 500,
    status: 'Failed',
    title: 'Something went wrong here',
    what: 'It is our fault, not yours, and has been logged.',
    next: 'home',
  },
} as const satisfies Record<string, Problem>;

/** Answers with the problem in the form that the client reads. */
export async function answerProblem(context: Context, pages: SitePages, problem: Problem): Promise<Response> {
  const { httpStatus, status, title, what, next } = problem;
  if (!wantsJson(context)) {
    return await pages.answer(context, noticePage(pages.site, { tone: 'fail', status, title, what, next }), httpStatus);
  }
  const body = JSON.stringify({ type: 'about:blank', title, status: httpStatus });
  return context.body(body, httpStatus, { 'content-type': 'application/problem+json' });
}

/** True for a client that names JSON and not HTML; a bare curl gets the page, which it can read as well. */
export function wantsJson(context: Context): boolean {
  const accept = context.req.header('accept') ?? '';
  return /[/+]json/i.test(accept) && !/text\/html/i.test(accept);
}
