/** Files under a message: pictures, sound and video as they are, texts by their first lines, everything to open and to save. */
import { useState } from 'preact/hooks';
import { bytes, plainName, useLoad } from 'ui-kit';
import type { ScreenMessage } from '../../../src/control/screen/screen-schema.ts';
import { Icon } from '../icon.tsx';
import { myId, shownTeam } from '../sim.ts';

type FileInfo = NonNullable<ScreenMessage['files']>[number];

export function Files({ files }: { files: readonly FileInfo[] }) {
  return (
    <ul class="files">
      {files.map((file) => (
        <li key={file.id}>
          <File file={file} />
        </li>
      ))}
    </ul>
  );
}

/** The simulator has it: nothing leaves the machine. */
function contentUrl({ id }: FileInfo): string {
  return `/_sim/teams/${shownTeam.value?.id}/files/${id}/content?user=${myId.value}`;
}

function File({ file }: { file: FileInfo }) {
  const { mimetype, size } = file;
  const name = plainName(file);
  const url = contentUrl(file);
  return (
    <figure class="file">
      <Preview file={file} url={url} />
      <figcaption>
        <span class="file-kind" aria-hidden="true">
          {kindOf(file)}
        </span>
        <span class="file-name">
          <a href={url} target="_blank" rel="noreferrer noopener" class="strong ellipsis">
            {name}
          </a>
          <span class="small soft">
            {mimetype} · {bytes(size)}
          </span>
        </span>
        <a class="button quiet small" href={url} download={name} aria-label={`Save ${name}`} title="Save">
          <Icon name="down" />
        </a>
      </figcaption>
    </figure>
  );
}

function kindOf({ name, mimetype }: FileInfo): string {
  const ending = /\.(\w{1,4})$/.exec(name)?.[1];
  return (ending ?? mimetype.split('/')[1]?.slice(0, 4) ?? 'file').toUpperCase();
}

function Preview({ file, url }: { file: FileInfo; url: string }) {
  const [isBroken, setBroken] = useState(false);
  const { mimetype, size } = file;
  const name = plainName(file);
  if (isBroken || size === 0) return null;
  if (mimetype.startsWith('image/'))
    return <img class="file-picture" src={url} alt={name} loading="lazy" onError={() => setBroken(true)} />;
  if (mimetype.startsWith('video/'))
    return <video class="file-picture" src={url} controls preload="metadata" aria-label={name} />;
  if (mimetype.startsWith('audio/')) return <audio src={url} controls preload="none" aria-label={name} />;
  return /^(text\/|application\/(json|xml|javascript|yaml))/.test(mimetype) ? <TextPreview url={url} /> : null;
}

const LINES_SHOWN = 8;
/** Longer texts are opened, not previewed. */
const LETTERS_SHOWN = 4_000;

function TextPreview({ url }: { url: string }) {
  const { value } = useLoad(url, (signal) => beginningOf(url, signal));
  if (value === undefined) return null;
  const lines = value.split('\n');
  return (
    <pre class="code-block file-text">
      {lines.slice(0, LINES_SHOWN).join('\n')}
      {lines.length > LINES_SHOWN && '\n…'}
    </pre>
  );
}

async function beginningOf(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`The simulator answered ${response.status}.`);
  return (await response.text()).slice(0, LETTERS_SHOWN);
}
