/** A picture from elsewhere. Nothing is loaded by itself: it is a placeholder with its address, opened in a tab of its own when somebody wants it. */
export function Picture({ url, alt, isSmall = false }: { url: string; alt: string; isSmall?: boolean }) {
  const isOwn = url.startsWith(`${location.origin}/`) || url.startsWith('data:image/');
  if (isOwn) return <img class={isSmall ? 'picture-small' : 'picture'} src={url} alt={alt} />;
  if (isSmall) {
    return (
      <span class="picture-small placeholder" role="img" aria-label={alt} title={`${alt} ${url}`}>
        ▦
      </span>
    );
  }
  return (
    <a class="picture placeholder" href={url} target="_blank" rel="noreferrer noopener" title={url}>
      <span aria-hidden="true">🖼</span> {alt || 'Picture'} <span class="soft small">{hostOf(url)} · not loaded</span>
    </a>
  );
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url.slice(0, 60);
  }
}
