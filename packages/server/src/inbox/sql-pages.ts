/** Long lists in statements: a page of rows at a time, each value a parameter. */

/** Rows of one statement: more would make every statement's text longer for nothing. */
export const ROWS_PER_STATEMENT = 200;

export function* pagesOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += ROWS_PER_STATEMENT)
    yield items.slice(start, start + ROWS_PER_STATEMENT);
}

/** `$1, $2, …`: a parameter for each of the page, behind `firstParam` others. */
export function numbers(page: readonly unknown[], firstParam = 0): string {
  return page.map((_, index) => `$${firstParam + index + 1}`).join(', ');
}
