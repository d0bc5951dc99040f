import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { startSimulator } from '../src/index.ts';

const redirect = pathToFileURL(join(import.meta.dirname, '../src/redirect/redirect.ts')).href;

/** Runs a program that knows nothing but slack.com. */
async function run(url: string, program: string): Promise<string> {
  const child = spawn(process.execPath, ['--import', redirect, '--input-type=module', '--eval', program], {
    env: { PATH: process.env.PATH, SLACK_SIMULATOR_URL: url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return text(child.stdout);
}

it.each([
  [
    'fetch',
    "const { ok } = await (await fetch('https://slack.com/api/api.test', { method: 'POST' })).json(); console.log(ok);",
  ],
  [
    'fetch of a Request',
    "const { ok } = await (await fetch(new Request('https://www.slack.com/api/api.test'))).json(); console.log(ok);",
  ],
  [
    'https.request with options',
    "import { request } from 'node:https'; request({ host: 'slack.com', path: '/api/api.test' }, (response) => console.log(response.resume().statusCode === 200)).end();",
  ],
  [
    'https.get with a URL',
    "import https from 'node:https'; https.get('https://slack.com/api/api.test', (response) => { response.resume(); console.log(response.statusCode === 200); });",
  ],
])('sends what an app sends to slack.com to the simulator: %s', async (_what, program) => {
  await using slack = await startSimulator();
  expect(await run(slack.url, program)).toBe('true\n');
  expect(await slack.control.log({ method: 'api.test' })).toHaveLength(1);
});

it('leaves every other address alone', async () => {
  await using slack = await startSimulator();
  await using other = await startSimulator();
  const program = `const { ok } = await (await fetch('${other.url}/api/api.test')).json(); console.log(ok);`;
  expect(await run(slack.url, program)).toBe('true\n');
  expect(await other.control.log({ method: 'api.test' })).toHaveLength(1);
});
