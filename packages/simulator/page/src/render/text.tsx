/** A text object: plain_text or mrkdwn. */
import { isJson, textOf } from './json.ts';
import { Mrkdwn, PlainText } from './mrkdwn.tsx';

export function Text({ text }: { text: unknown }) {
  if (!isJson(text)) return <PlainText text={textOf(text)} />;
  return text.type === 'mrkdwn' ? (
    <Mrkdwn text={textOf(text)} />
  ) : (
    <PlainText text={textOf(text)} hasEmoji={text.emoji !== false} />
  );
}
