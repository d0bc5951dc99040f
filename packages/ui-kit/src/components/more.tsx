/** The end of a list that has more: reads on when it comes into view, and by a button for those who do not scroll. */
import { useEffect, useRef } from 'preact/hooks';

export function More({ isLoading, onMore }: { isLoading: boolean; onMore: () => void }) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!element.current || isLoading) return undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) onMore();
      },
      { rootMargin: '400px' },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [isLoading, onMore]);
  return (
    <div ref={element} class="more">
      <button type="button" class="button small" disabled={isLoading} onClick={onMore}>
        {isLoading ? 'Loading …' : 'More'}
      </button>
    </div>
  );
}
