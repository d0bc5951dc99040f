/** One browser for all files: each has profiles of its own in it. A globalSetup of vitest.e2e.config.ts. */
import { type BrowserServer, chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the browser is to be reached. */
    browserUrl: string;
  }
}

/** Where Debian has it; another place by CHROMIUM. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Runs before all test files; the returned function after them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const browser: BrowserServer = await chromium.launchServer({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  project.provide('browserUrl', browser.wsEndpoint());
  return () => browser.close();
}
