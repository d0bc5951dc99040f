/** The frame of every page: the word Simulator on top, no inline script or style, everything escaped by hono's html. */
import type { Context } from 'hono';
import { html } from 'hono/html';

/** Markup that is escaped already. */
export type Html = ReturnType<typeof html>;

/** Answers with a page under a strict content security policy. */
export function renderPage(
  c: Context,
  page: { title: string; body: Html; status?: 200 | 400 | 404; formAction?: string },
) {
  const { title, body, status = 200, formAction = "'self'" } = page;
  c.header(
    'content-security-policy',
    `default-src 'none'; style-src 'self'; form-action ${formAction}; base-uri 'none'; frame-ancestors 'none'`,
  );
  c.header('x-content-type-options', 'nosniff');
  c.header('referrer-policy', 'no-referrer');
  c.header('cache-control', 'no-store');
  return c.html(
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Simulator</title>
<link rel="stylesheet" href="/_ui/style.css">
</head>
<body>
<header class="top"><a href="/">Slack <strong>Simulator</strong></a><span class="tag">not the real Slack</span></header>
<main>${body}</main>
</body>
</html>`,
    status,
  );
}
