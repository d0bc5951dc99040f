/**
 * Calls every method on a simulator and compares the keys of the answers with those that Slack sends:
 * `npm run keys --workspace slack-simulator`. Ends with 1 when one has a wrong type, is missing without a reason in
 * answer-keys/absent-keys.ts, or is listed there and not missing. `--unknown` lists the keys that the SDK's types lack.
 */
import { callEveryMethod } from '../test/every-method/run.ts';
import { absentKeys } from './answer-keys/absent-keys.ts';
import { reportAnswers } from './answer-keys/report.ts';

const { answers, failures } = await callEveryMethod();
const { methods, keys, missing, unknown, problems } = reportAnswers(answers);
const wrong = [...failures, ...problems];
say(`${methods} methods with ${keys} keys of Slack's answers, ${keys - missing} of them here; the others, by why:`);
for (const why of new Set(absentKeys.map((entry) => entry.why))) say(`  ${why}`);
say(`${unknown.length} keys that the types of @slack/web-api do not have${unknown.length === 0 ? '' : ' (--unknown)'}`);
if (process.argv.includes('--unknown')) for (const key of unknown) say(`  ${key}`);
for (const problem of wrong) say(`✕ ${problem}`);
say(wrong.length === 0 ? '0 wrong types, every missing key has its reason' : `${wrong.length} problems`);
process.exitCode = wrong.length === 0 ? 0 : 1;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
