/** What people read in place of words of a server, which may be of a newer version and know more of them. Pure. */

/** Our words for that word; for one that is not known here the word itself. */
export function wordsFor(words: Readonly<Record<string, string>>, word: string): string {
  return Object.hasOwn(words, word) ? (words[word] ?? word) : word;
}
