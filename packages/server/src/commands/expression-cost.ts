/** How long a regular expression can take at worst, judged by its source: too high rather than too low. Pure. */

/** Of one pair of brackets, or of the whole. */
interface Group {
  /** Something in it can match in more than one way. */
  isVague: boolean;
}

const REPEAT = /^(?:[*+]|\{(\d+)(,?)(\d*)\})\??/;

/** What makes an expression slow. */
export interface Cost {
  /** Of the length of the text; Infinity for repetitions within repetitions and for references back, where no power is enough. */
  power: number;
  /** Places where one of two ways is gone first. */
  choices: number;
}

/** Steps on a text of that length, at worst. */
export function worstSteps({ power, choices }: Cost, length: number): number {
  return Math.max(length, 2) ** power * 2 ** choices;
}

const UNBOUNDED: Cost = { power: Number.POSITIVE_INFINITY, choices: 0 };

export function costOf({ source }: RegExp): Cost {
  const open: Group[] = [{ isVague: false }];
  // A search begins anew at each place of the text.
  let power = source.startsWith('^') && !hasAlternatives(source) ? 0 : 1;
  let choices = 0;
  for (let at = 0; at < source.length; at++) {
    const sign = source[at] as string;
    let closed: Group | undefined;
    if (sign === '\\') {
      if (/^\\[1-9k]/.test(source.slice(at))) return UNBOUNDED;
      at++;
    } else if (sign === '[') at = endOfClass(source, at);
    else if (sign === '(') {
      open.push({ isVague: false });
      at += /^\((?:\?(?:<?[=!]|:|<[^>]*>|[a-z-]*:))?/i.exec(source.slice(at))?.[0].length ?? 1;
      at--;
      continue;
    } else if (sign === ')') closed = open.pop();
    else if (sign === '|') {
      choices++;
      for (const group of open) group.isVague = true;
      continue;
    }
    const isVague = closed?.isVague ?? false;
    const around = open.at(-1);
    if (around && isVague) around.isVague = true;
    const rest = source.slice(at + 1, at + 20);
    const [repeat = '', least = '', comma = '', most = ''] = REPEAT.exec(rest) ?? [];
    if (repeat !== '') {
      const isCounted = repeat.startsWith('{') && comma === '';
      if (isVague && !(isCounted && least === '1')) return UNBOUNDED;
      if (around && !isCounted) around.isVague = true;
      if (!isCounted && (most === '' || Number(most) > 1)) power++;
      at += repeat.length;
    } else if (rest.startsWith('?')) {
      choices++;
      if (around) around.isVague = true;
      at++;
    }
  }
  return { power, choices };
}

/** Only one of several may be anchored. */
function hasAlternatives(source: string): boolean {
  return source.includes('|');
}

function endOfClass(source: string, from: number): number {
  let at = from + 1;
  while (at < source.length && source[at] !== ']') at += source[at] === '\\' ? 2 : 1;
  return at;
}
