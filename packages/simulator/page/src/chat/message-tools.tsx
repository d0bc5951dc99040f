/** What can be done with a message: at its top right, when somebody points at it or is in it. */
import { useRef, useState } from 'preact/hooks';
import { CopyButton, confirmed } from 'ui-kit';
import type { ScreenApp, ScreenMessage } from '../../../src/control/screen/screen-schema.ts';
import { Icon } from '../icon.tsx';
import { goTo } from '../place.ts';
import { act, apps, myId, shownTeam } from '../sim.ts';
import { EmojiPicker } from './emoji-picker.tsx';

interface ToolsProps {
  message: ScreenMessage;
  channel: string;
  isInThread: boolean;
  onEdit: () => void;
}

export function MessageTools({ message, channel, isInThread, onEdit }: ToolsProps) {
  const [isPicking, setPicking] = useState(false);
  const picker = useRef<HTMLButtonElement>(null);
  const isMine = message.author === myId.value;
  const link = `https://${shownTeam.value?.domain}.slack.com/archives/${channel}/p${message.ts.replace('.', '')}${message.threadTs ? `?thread_ts=${message.threadTs}&cid=${channel}` : ''}`;
  return (
    <div class="message-tools" role="group" aria-label="What can be done with this message">
      <button
        type="button"
        ref={picker}
        aria-label="Add a reaction"
        title="Add a reaction"
        aria-expanded={isPicking}
        onClick={() => setPicking(!isPicking)}
      >
        <Icon name="smile" />
      </button>
      {isPicking && (
        <EmojiPicker
          onPick={(emoji) => void act({ kind: 'react', channel, ts: message.ts, emoji })}
          onClose={() => {
            picker.current?.focus();
            setPicking(false);
          }}
          onLeave={() => setPicking(false)}
        />
      )}
      {!isInThread && (
        <button
          type="button"
          aria-label="Reply in thread"
          title="Reply in thread"
          onClick={() => goTo({ thread: message.ts, panel: 'thread', about: undefined })}
        >
          <Icon name="thread" />
        </button>
      )}
      <button
        type="button"
        aria-label="What came of it"
        title="What came of it: deliveries, answers, calls"
        onClick={() => goTo({ panel: 'trace', about: message.ts })}
      >
        <Icon name="trace" />
      </button>
      <CopyButton text={link} label={<Icon name="link" />} title="Copy the link" />
      {apps.value
        .filter(({ status }) => status === 'active')
        .flatMap((app) => shortcutsOf(app))
        .map(({ app, name, callbackId }) => (
          <button
            key={`${app}/${callbackId}`}
            type="button"
            title={name}
            onClick={() => void act({ kind: 'message_action', app, channel, ts: message.ts, callbackId })}
          >
            {name}
          </button>
        ))}
      {isMine && !message.isEphemeral && <OwnTools channel={channel} ts={message.ts} onEdit={onEdit} />}
    </div>
  );
}

function OwnTools({ channel, ts, onEdit }: { channel: string; ts: string; onEdit: () => void }) {
  const remove = async () => {
    if (
      await confirmed({
        title: 'Delete this message?',
        text: 'It cannot be brought back.',
        verb: 'Delete',
        isDangerous: true,
      })
    )
      await act({ kind: 'delete', channel, ts: ts });
  };
  return (
    <>
      <button type="button" aria-label="Edit" title="Edit" onClick={onEdit}>
        <Icon name="pencil" />
      </button>
      <button type="button" aria-label="Delete" title="Delete" onClick={() => void remove()}>
        <Icon name="trash" />
      </button>
    </>
  );
}

function shortcutsOf({ id, shortcuts }: ScreenApp): { app: string; name: string; callbackId: string }[] {
  return shortcuts
    .filter(({ type }) => type === 'message')
    .map(({ name, callbackId }) => ({ app: id, name, callbackId }));
}
