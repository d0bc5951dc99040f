/** Anchors of headings as GitHub makes them, so that a link is right there and on the site. */

export function slugOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

/** The anchors of a page, in order; one that is there already gets a number. */
export function anchorsOf(text: string): string[] {
  const seen = new Map<string, number>();
  return headingsOf(text).map((heading) => {
    const slug = slugOf(heading);
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}

function headingsOf(text: string): string[] {
  const prose = text.replaceAll(/^(`{3,})[^]*?^\1 *$/gm, '');
  return Array.from(prose.matchAll(/^#{1,6} +(.+?) *#*$/gm), ([, heading = '']) =>
    heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1'),
  );
}
