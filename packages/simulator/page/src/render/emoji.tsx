/** One emoji by its name. */
import { customEmoji, emojiOf } from '../emoji.ts';
import { Picture } from './picture.tsx';

export function Emoji({ name }: { name: string }) {
  const character = emojiOf(name);
  if (character) {
    return (
      <span class="emoji" role="img" aria-label={name} title={`:${name}:`}>
        {character}
      </span>
    );
  }
  const url = customEmoji(name);
  if (url) return <Picture url={url} alt={`:${name}:`} isSmall />;
  return <span class="emoji-unknown">:{name}:</span>;
}
