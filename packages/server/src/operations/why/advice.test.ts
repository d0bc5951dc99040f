/** What is advised of calls that did not succeed, and when nothing is. */
import { expect, it } from 'vitest';
import type { CallFact } from '../../history/fact.ts';
import { adviceOn } from './advice.ts';
import type { EventEvidence } from './evidence.ts';

const call = (result: string, code?: string, method = 'chat.postMessage'): CallFact => ({
  method,
  result,
  ms: 3,
  ...(code !== undefined && { code }),
});

function advice(...calls: CallFact[]) {
  const fact = { kind: 'handled', details: { listeners: ['a'], calls } };
  return adviceOn({ facts: [fact] } as unknown as EventEvidence, 'handled', 0);
}

it.each<[string, CallFact[], RegExp]>([
  ['who is not there', [call('error', 'not_in_channel')], /^Slack refused chat\.postMessage because the bot is not in/],
  ['an archived channel', [call('error', 'is_archived')], /because the conversation is archived\.$/],
  ['a missing scope', [call('error', 'missing_scope')], /lacks a scope: `slack-bot-server doctor` says which/],
  ['any other code', [call('error', 'msg_too_long')], /^Slack refused chat\.postMessage with msg_too_long: https:/],
  [
    'a code like constructor',
    [call('error', 'constructor')],
    /^Slack refused chat\.postMessage with constructor: https:/,
  ],
  ['a code like __proto__', [call('error', '__proto__')], /^Slack refused chat\.postMessage with __proto__: https:/],
  ['a limit', [call('rate_limited')], /^Slack limited chat\.postMessage: `slack-bot-server limits`/],
  ['a refusal without a code', [call('error')], /^chat\.postMessage was refused without a code of Slack's: a proxy/],
  ['what is no answer of Slack', [call('malformed')], /^What came back from chat\.postMessage was no answer of Slack/],
  [
    'what was not sent',
    [call('refused', 'installation_not_active')],
    /^chat\.postMessage was not sent\. The team is dea/,
  ],
  ['no answer', [call('timeout')], /^Slack did not answer chat\.postMessage, so it is not known/],
  ['one that another call followed', [call('timeout'), call('ok', undefined, 'users.info')], /^Slack did not answer/],
  ['the last one of two', [call('timeout'), call('error', 'is_archived', 'reactions.add')], /^Slack refused reactions/],
])('of %s it says what helps', (_what, calls, words) => {
  expect(advice(...calls)).toMatch(words);
});

it.each<[string, CallFact[]]>([
  ['went well', []],
  ['was tried again and went well', [call('rate_limited'), call('ok')]],
  ['a person stopped', [call('aborted')]],
  ['runs again elsewhere', [call('refused', 'fenced')]],
  ['has a code or a result that is none', [call('refused', 'constructor'), call('toString')]],
])('of what %s it says nothing', (_what, calls) => {
  expect(advice(...calls)).toBeUndefined();
});
