/** An app's own places: its Home tab, and its direct message before anybody has written there. */
import { useEffect } from 'preact/hooks';
import { Empty, navigate } from 'ui-kit';
import type { ScreenApp } from '../../../src/control/screen/screen-schema.ts';
import { channelRef, placeLink } from '../place.ts';
import { Blocks } from '../render/blocks.tsx';
import { Guarded } from '../render/guarded.tsx';
import { listOf } from '../render/json.ts';
import { SurfaceContext } from '../render/surface.ts';
import { act, me, screen, views } from '../sim.ts';
import { assists, NewChat } from './assistant.tsx';
import { Composer } from './composer.tsx';
import { draftText, keepDraft } from './drafts.ts';
import { viewSurface } from './view-surface.ts';

export function AppPlace({ appId }: { appId: string }) {
  const app = screen.value?.apps.find(({ id }) => id === appId);
  if (!app) return <Empty>There is no app {appId}.</Empty>;
  const isHome = channelRef.value?.startsWith('home:') ?? false;
  const messages = messagesOf(app);
  return (
    <>
      <header class="conversation-head">
        <h1 class="ellipsis">{app.name}</h1> <span class="app-tag">APP</span>
        <span class="grow" />
        {app.status === 'active' && assists(app.id) && <NewChat app={app.id} />}
        <nav class="tabs" aria-label="Of the app">
          <a
            href={placeLink({ channel: `home:${app.id}`, thread: undefined })}
            aria-current={isHome ? 'page' : undefined}
          >
            Home
          </a>
          <a href={placeLink({ channel: messages, thread: undefined })} aria-current={isHome ? undefined : 'page'}>
            Messages
          </a>
          <a href={placeLink({ panel: 'app', about: app.id })}>App settings</a>
        </nav>
      </header>
      {isHome ? <Home key={`${app.id} ${screen.value?.me}`} app={app} /> : <FirstMessage app={app} />}
    </>
  );
}

/** The direct message with an app, or the place to begin one. */
export function messagesOf({ id, botUserId }: ScreenApp): string {
  const channel = screen.value?.conversations.find(({ kind, partner }) => kind === 'im' && partner === botUserId);
  return channel?.id ?? `app:${id}`;
}

function Home({ app }: { app: ScreenApp }) {
  useEffect(() => {
    if (app.status === 'active') void act({ kind: 'open_home', app: app.id, tab: 'home' });
  }, [app.id, app.status]);
  const home = views.value.find(({ type, app: owner }) => type === 'home' && owner === app.id);
  if (!home)
    return (
      <Empty>
        {app.status === 'active'
          ? 'The app has published no Home for you.'
          : `The app is ${app.status} in this workspace.`}
      </Empty>
    );
  return (
    <div class="home" tabIndex={0} role="region" aria-label={`Home of ${app.name}`}>
      <SurfaceContext.Provider value={viewSurface(home)}>
        <Guarded>
          <Blocks blocks={listOf(home.view.blocks)} />
        </Guarded>
      </SurfaceContext.Provider>
    </div>
  );
}

function FirstMessage({ app }: { app: ScreenApp }) {
  const channel = messagesOf(app);
  useEffect(() => {
    // Somebody has written: there is a conversation now.
    if (channel.startsWith('app:')) return;
    // What is being written goes along.
    const from = { ...me(), channel: `app:${app.id}` };
    const text = draftText(from);
    if (text !== '') keepDraft({ ...me(), channel }, text);
    keepDraft(from, '');
    navigate(placeLink({ channel }), { replace: true });
  }, [channel]);
  if (app.status !== 'active')
    return <Empty>The app is {app.status === 'none' ? 'not installed' : app.status} in this workspace.</Empty>;
  return (
    <>
      <div class="messages">
        <p class="soft messages-before">Nothing was said to {app.name} yet.</p>
      </div>
      <Composer place={{ to: 'bot', app: app.id }} hint={`Message ${app.name}`} />
    </>
  );
}
