/**
 * Templates of the bot's own for the public pages. A template that throws, takes long or makes something else than a page costs its visitor
 * the look and nothing else: the standard page is shown.
 */
import { html } from 'hono/html';
import { BotServerError } from '../errors.ts';
import type { HookEmitter } from '../events.ts';
import type { Clock } from '../time/clock.ts';
import { within } from '../time/within.ts';
import type { Html, PageParts } from './page.ts';
import { type PageKind, type PublicPage, pageKinds } from './public-page.ts';

/** What a template works with. */
export interface PageTools {
  /** Makes HTML of a template literal; every value in it is escaped, unless it is HTML that this made. */
  html: typeof html;
  /** What the page shows without the template, to put something before or behind it. */
  standard: Html | string;
}

/** What a template makes: all that stands in the middle of the page, or more of it. */
export type PageAnswer =
  | Html
  | {
      main: Html | string;
      /** In the tab, before the name of the bot. @defaultValue the page's `status` */
      title?: string;
      /** CSS behind that of all pages. Nothing in it is loaded: neither fonts nor pictures. */
      style?: string;
    };

/** Makes a page of what it says. */
export type PageTemplate = (page: PublicPage, tools: PageTools) => PageAnswer | Promise<PageAnswer>;

/** Visitors do not wait longer for a template, in milliseconds. */
const LIMIT_MS = 2_000;

export interface BotPagesDeps {
  hooks: HookEmitter;
  clock: Pick<Clock, 'after'>;
  log: { error(facts: object, message: string): void };
}

/** One per server. */
export class BotPages {
  readonly #deps: BotPagesDeps;
  readonly #templates = new Map<PageKind, PageTemplate>();

  constructor(deps: BotPagesDeps) {
    this.#deps = deps;
  }

  /** @returns what removes it. @throws BotServerError `usage` */
  add(kind: PageKind, template: PageTemplate): () => void {
    if (!pageKinds.includes(kind))
      throw new BotServerError('usage', `There is no page '${kind}': there are ${pageKinds.join(', ')}`);
    if (typeof template !== 'function')
      throw new BotServerError('usage', `The page '${kind}' needs a function that makes it`);
    if (this.#templates.has(kind)) throw new BotServerError('usage', `The page '${kind}' has a template already`);
    this.#templates.set(kind, template);
    return () => {
      if (this.#templates.get(kind) === template) this.#templates.delete(kind);
    };
  }

  /** The page as the bot wants it; undefined where it has no wish, or failed at it. Never rejects. */
  async dress(page: PublicPage, standard: PageParts): Promise<PageParts | undefined> {
    const template = this.#templates.get(page.kind);
    if (!template) return undefined;
    try {
      // Copied: what a template changes of its page is nobody else's.
      const answer = template({ ...page, bot: { ...page.bot } }, { html, standard: standard.main });
      const late = () => {
        throw new TypeError(`There was no page within ${LIMIT_MS} ms`);
      };
      return await within(partsOf(answer, standard), { clock: this.#deps.clock, limitMs: LIMIT_MS, late });
    } catch (cause) {
      const message = `The template of the page '${page.kind}' failed`;
      const error = new BotServerError('page_failed', message, { cause, facts: { page: page.kind } });
      this.#deps.log.error({ err: error, page: page.kind }, 'template of a page failed');
      void this.#deps.hooks.emit('error', { teamId: null, where: 'page', error });
      return undefined;
    }
  }
}

async function partsOf(made: PageAnswer | Promise<PageAnswer>, standard: PageParts): Promise<PageParts> {
  const answer = await made;
  if (isHtml(answer)) return { ...standard, main: seen(answer) };
  const { main, title, style } = Object(answer) as Partial<PageParts>;
  if (style !== undefined && (typeof style !== 'string' || /<\/style/i.test(style)))
    throw new TypeError('The style of a page must be CSS alone');
  const [body, head] = await Promise.all([written(main), written(title ?? standard.title)]);
  return { ...standard, main: seen(body), title: head, ...(style !== undefined && { style }) };
}

/** What is no text to a reader, though it stands in the page. */
const UNSEEN = /<(script|style|template)\b[\s\S]*?<\/\1\s*>|<!--[\s\S]*?-->|<[^>]*>/gi;

/** What is seen without a word. A frame that has its page with it needs nothing loaded. */
const SEEN = /<(?:img|svg|input|button|select|textarea|progress|meter)\b|<iframe\b[^>]*\ssrcdoc\b/i;

/** What the policy of the pages keeps from being loaded: a visitor would see a box that says so, or nothing. */
const BLOCKED = /<(iframe|object|embed|video|audio|script)\b/i;

/** An empty card helps no visitor. @throws TypeError */
function seen<Text extends { toString(): string }>(main: Text): Text {
  const text = main.toString();
  // A string that is no HTML is escaped: its tags are letters.
  const words = typeof main === 'string' ? text : text.replaceAll(UNSEEN, '');
  if (SEEN.test(text) || words.trim() !== '') return main;
  const blocked = BLOCKED.exec(text)?.[1]?.toLowerCase();
  throw new TypeError(
    blocked === undefined
      ? 'The template made an empty page'
      : `The template made a page of <${blocked}> alone, which the content security policy of the public pages blocks: write text or a link beside it`,
  );
}

/** What hono makes of a promise in a template is a promise: it is waited for here, where it costs the look and not the page. */
async function written(part: unknown): Promise<Html | string> {
  const text = await part;
  if (!isHtml(text)) throw new TypeError('The template made no page');
  return text;
}

/** What hono makes is a String with a mark on it, not a string. */
function isHtml(value: unknown): value is Awaited<Html> | string {
  return typeof value === 'string' || value instanceof String;
}
