/** Scenes as they are read: who says what, and what the bot answers. Uses the public test kit alone. */
import type { Stage } from 'slack-bot-server/testing';

export interface PlayOptions {
  /** @defaultValue the first workspace */
  team?: string;
  /** A channel by its name, or the conversation with the bot. @defaultValue #general */
  where?: { channel: string } | { to: 'bot' };
}

/**
 * Plays a conversation. A line `ann: …` is said, a line `bot: …` has to be seen then, word for word; lines that are indented belong to
 * the one above. `@ann` is a mention, and so is `#general`.
 * @throws AssertionError when the bot says something else, or nothing
 */
export async function play(
  stage: Stage,
  script: string,
  { team, where = { channel: 'general' } }: PlayOptions = {},
): Promise<void> {
  const workspace = stage.team(team);
  const { users, channels } = await workspace.info();
  const marked = (text: string) =>
    text
      .replace(/@([a-z]+)/g, (found, name: string) => mark('@', users.find((user) => user.name === name)?.id) ?? found)
      .replace(
        /#([a-z]+)/g,
        (found, name: string) => mark('#', channels.find((channel) => channel.name === name)?.id) ?? found,
      );
  let speaker = workspace.person();
  for (const { who, text } of linesOf(script)) {
    if (who === 'bot') {
      await speaker.sees(marked(text));
      continue;
    }
    speaker = workspace.person(who);
    await speaker.says(marked(text), where);
  }
}

function mark(sign: string, id: string | undefined): string | undefined {
  return id === undefined ? undefined : `<${sign}${id}>`;
}

function linesOf(script: string): { who: string; text: string }[] {
  const lines: { who: string; text: string }[] = [];
  for (const line of script.split('\n').filter((one) => one.trim() !== '')) {
    const [, who, text = ''] = /^\s*([a-z]+): (.*)$/.exec(line) ?? [];
    const last = lines.at(-1);
    if (who !== undefined) lines.push({ who, text });
    else if (last) last.text += `\n${line.trim()}`;
  }
  return lines;
}
