/** What the compiler knows of a pattern. Mistakes show when the types are checked, not when this runs. */
import type { App } from '@slack/bolt';
import { expect, expectTypeOf, it } from 'vitest';
import {
  type CapturesOf,
  type CommandContext,
  type CommandTable,
  commands,
  type Link,
  type UserMention,
} from './index.ts';

type Captures<P extends string> = CapturesOf<P>;

it('types each capture by its pattern', () => {
  expectTypeOf<Captures<'hi'>>().toEqualTypeOf<{}>();
  expectTypeOf<Captures<':wave: hi'>>().toEqualTypeOf<{}>();
  expectTypeOf<Captures<'say :what'>>().toEqualTypeOf<{ what: string }>();
  expectTypeOf<Captures<'say :what+'>>().toEqualTypeOf<{ what: string }>();
  expectTypeOf<Captures<'say :what*'>>().toEqualTypeOf<{ what: string }>();
  expectTypeOf<Captures<'say :what(word)+'>>().toEqualTypeOf<{ what: string[] }>();
  expectTypeOf<Captures<'vs :user'>>().toEqualTypeOf<{ user: UserMention }>();
  expectTypeOf<Captures<'vs :user+'>>().toEqualTypeOf<{ user: UserMention[] }>();
  expectTypeOf<Captures<'vs :a(user) :n(number)'>>().toEqualTypeOf<{ a: UserMention; n: number }>();
  expectTypeOf<Captures<'see :link [:x]'>>().toEqualTypeOf<{ link: Link; x: string | undefined }>();
  expectTypeOf<Captures<'lost [to :a(user)+ [with :b(user)]] :s*'>>().toEqualTypeOf<{
    a: UserMention[] | undefined;
    b: UserMention | undefined;
    s: string;
  }>();
  expectTypeOf<Captures<'lost [[to] :a] :b'>>().toEqualTypeOf<{ a: string | undefined; b: string }>();
});

/** Never called: it is there to be compiled. */
export function isCompiled(table: CommandTable, bot: App): void {
  table.command('top [:count(number)]', ({ captures }) => {
    expectTypeOf(captures).toEqualTypeOf<{ count: number | undefined }>();
    // @ts-expect-error there is no such capture
    return captures.limit;
  });
  table.command('vs :user', { summary: { en: 'x', de: 'y' } }, async ({ captures, reply }) => {
    await reply(captures.user.id);
    // @ts-expect-error a mention is no text
    await reply(captures.user);
  });
  table.command(/^roll (\d+)$/, ({ captures }) => captures.match[1]?.length);
  table.scan(/[A-Z]+-\d+/, ({ captures }) => captures.matches.map(([key]) => key));
  table.operator('=', ({ captures }) => captures.expression.length);
  const dynamic: string = 'say :what';
  table.command(dynamic, ({ captures }) => captures.what);
  // @ts-expect-error usr is no type of captures
  table.command('vs :a(usr)', () => {});
  // @ts-expect-error neither in the middle
  table.command('vs :a(usr)+ with :b', () => {});
  // @ts-expect-error the bracket is not closed
  table.command('lost [to :a', () => {});
  // @ts-expect-error the parenthesis is not closed
  table.command('lost :a(user', () => {});
  // @ts-expect-error a string is no regular expression
  table.match('hi', () => {});
  // @ts-expect-error there is no handler
  table.command('hi', { summary: 'x' });
  // @ts-expect-error it has its slash
  commands(bot, { slash: 'pong' }, () => {});
  // @ts-expect-error there is no such option
  commands(bot, { alias: ['pong'] }, () => {});
  // @ts-expect-error a permission says yes or no
  table.command('x', { allow: () => 1 }, () => {});
  const shared = async ({ reply }: CommandContext) => await reply('one handler for several');
  table.command('one', shared);
  table.command('two :x', shared);
}

it('is compiled', () => {
  expect(isCompiled).toBeTypeOf('function');
});
