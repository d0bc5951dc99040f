/** The site of the documentation as it was built (`npm run docs`): it asks nobody else for anything, and its search works offline. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { expect, inject, it } from 'vitest';

const DIST = join(import.meta.dirname, '../site/dist');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
};

/** As any static server: a path without an ending is its page. */
function serveSite() {
  return createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://site').pathname;
    const name = path.endsWith('/') ? `${path}index.html` : extname(path) === '' ? `${path}.html` : path;
    const file = join(DIST, name);
    if (!existsSync(file)) return response.writeHead(404).end();
    return response
      .writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' })
      .end(readFileSync(file));
  }).listen(0, '127.0.0.1');
}

it.skipIf(!existsSync(DIST))('finds a page by its words, and fetches nothing from elsewhere', async () => {
  const server = serveSite();
  const browser = await chromium.connect(inject('browserUrl'));
  try {
    const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const page = await browser.newPage();
    const elsewhere: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(site) && !/^(data|blob):/.test(request.url())) elsewhere.push(request.url());
    });
    await page.goto(`${site}/`);
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('searchbox').fill('rotate the keys');
    await page
      .getByRole('listbox')
      .getByRole('link', { name: /tokens stored/i })
      .first()
      .click();
    await page.getByRole('heading', { level: 1, name: /How are tokens stored/ }).waitFor();
    expect(elsewhere).toEqual([]);
  } finally {
    await browser.close();
    server.close();
  }
});
