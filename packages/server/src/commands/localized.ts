/** Texts in several languages, and which of them a person gets. Pure. */

/** One text for all, or one by language: `{ en: 'Hi!', de: 'Hallo!', 'pt-BR': 'Oi!' }`. */
export type Localized = string | Readonly<Record<string, string>>;

/** The text in the person's language, else in the default one, else in the first there is. */
export function localized(text: Localized, locale: string, defaultLocale: string): string {
  if (typeof text === 'string') return text;
  return chosen(text, locale, defaultLocale) ?? Object.values(text)[0] ?? '';
}

/** What a table by language has for `de-AT`: that of `de-AT`, else of `de`. */
export function chosen<T>(table: Readonly<Record<string, T>>, locale: string, defaultLocale: string): T | undefined {
  for (const wanted of [locale, languageOf(locale), defaultLocale, languageOf(defaultLocale)]) {
    if (Object.hasOwn(table, wanted)) return table[wanted];
  }
  return undefined;
}

function languageOf(locale: string): string {
  return locale.split(/[-_]/)[0] ?? locale;
}

/** Puts values into `{places}`; each value is safe to show. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? '') : place,
  );
}
