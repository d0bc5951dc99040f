/** Attachments of the older kind: a coloured bar with texts, fields, buttons and menus, or blocks. */
import { act } from '../sim.ts';
import { Blocks } from './blocks.tsx';
import { isJson, type Json, listOf, wordOf } from './json.ts';
import { Anchor } from './mentions.tsx';
import { Mrkdwn } from './mrkdwn.tsx';
import { Picture } from './picture.tsx';

const COLOURS: Readonly<Record<string, string>> = { good: '#2eb886', warning: '#daa038', danger: '#a30200' };

export function Attachments({
  attachments,
  place,
}: {
  attachments: readonly unknown[];
  place: { channel: string; ts: string };
}) {
  return (
    <>
      {attachments.filter(isJson).map((attachment, index) => (
        <Attachment key={index} attachment={attachment} place={place} />
      ))}
    </>
  );
}

function Attachment({ attachment, place }: { attachment: Json; place: { channel: string; ts: string } }) {
  const text = (name: string) => (typeof attachment[name] === 'string' ? (attachment[name] as string) : '');
  const colour =
    COLOURS[text('color')] ??
    (/^#?[0-9a-f]{6}$/i.test(text('color')) ? `#${text('color').replace('#', '')}` : undefined);
  return (
    <div class="attachment">
      <svg class="attachment-bar" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
        <rect width="1" height="1" fill={colour ?? 'currentColor'} />
      </svg>
      <div class="grow">
        {text('pretext') && (
          <p>
            <Mrkdwn text={text('pretext')} />
          </p>
        )}
        {text('author_name') && <p class="small strong">{text('author_name')}</p>}
        {text('title') && (
          <p class="strong">
            {text('title_link') ? (
              <Anchor url={text('title_link')}>{text('title')}</Anchor>
            ) : (
              <Mrkdwn text={text('title')} />
            )}
          </p>
        )}
        {text('text') && (
          <div>
            <Mrkdwn text={text('text')} />
          </div>
        )}
        <div class="block-fields">
          {listOf(attachment.fields).map((field, index) => (
            <div key={index}>
              <strong>{wordOf(field.title)}</strong>
              <div>
                <Mrkdwn text={wordOf(field.value)} />
              </div>
            </div>
          ))}
        </div>
        {text('image_url') && <Picture url={text('image_url')} alt={text('fallback')} />}
        {Array.isArray(attachment.blocks) && <Blocks blocks={attachment.blocks} />}
        <div class="block-actions">
          {listOf(attachment.actions).map((action, index) => (
            <OldAction key={index} action={action} place={place} />
          ))}
        </div>
        {text('footer') && <p class="small soft">{text('footer')}</p>}
      </div>
    </div>
  );
}

function OldAction({ action, place }: { action: Json; place: { channel: string; ts: string } }) {
  const name = wordOf(action.name);
  const use = (value: string) => void act({ kind: 'attachment_action', ...place, name, value });
  if (action.type === 'select') {
    return (
      <select
        class="input picker"
        aria-label={wordOf(action.text, name)}
        onChange={(event) => use(event.currentTarget.value)}
      >
        <option value="">{wordOf(action.text, 'Choose')}</option>
        {listOf(action.options).map((option) => (
          <option key={wordOf(option.value)} value={wordOf(option.value)}>
            {wordOf(option.text)}
          </option>
        ))}
      </select>
    );
  }
  return (
    <button
      type="button"
      class={`kit-button ${action.style === 'primary' || action.style === 'danger' ? action.style : ''}`}
      onClick={() => use(wordOf(action.value))}
    >
      {wordOf(action.text, name)}
    </button>
  );
}
