/** A workspace with an app behind a request URL, and what people do with it. */
import type { Simulator, SimulatorOptions } from '../../src/index.ts';
import { AppServer, type Arrived } from './app-server.ts';
import { call, installedSimulator, type Json } from './slack.ts';

/** A granular app in Acme that answers at an AppServer. */
export interface Acme extends AsyncDisposable {
  slack: Awaited<ReturnType<typeof installedSimulator>>;
  app: AppServer;
  /** Calls a method as the bot. */
  ask: (method: string, fields?: Json) => Promise<Json>;
  /** The interactive payloads that arrived, oldest first. */
  payloads: () => Json[];
}

export async function acmeWithApp(options: SimulatorOptions = {}): Promise<Acme> {
  const app = await AppServer.start();
  const slack = await installedSimulator({
    clock: { mode: 'manual' },
    ...options,
    app: { kind: 'granular', requestUrl: app.url, ...options.app },
  });
  return {
    slack,
    app,
    ask: (method, fields = {}) => call(slack, method, slack.acme.botToken, asFields(fields)),
    payloads: () => app.arrived.map(payloadOf).filter((payload) => payload !== undefined),
    [Symbol.asyncDispose]: async () => {
      await slack.stop();
      await app[Symbol.asyncDispose]();
    },
  };
}

/** The JSON in the form field `payload`. */
export function payloadOf({ body }: Arrived): Json | undefined {
  return typeof body.payload === 'string' ? (JSON.parse(body.payload) as Json) : undefined;
}

/** The app answers every request with this JSON. */
export function answerWith(app: AppServer, body: Json): void {
  app.answer = (_arrived, response) =>
    void response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}

/** Posts JSON to a response URL or a webhook. */
export async function postJson(url: string, body: Json): Promise<{ status: number; text: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

export async function annIn(slack: Simulator): Promise<string> {
  const { users } = await slack.control.team('Acme');
  return users.find(({ name }) => name === 'ann')?.id ?? '';
}

function asFields(fields: Json): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

const plain = (text: string) => ({ type: 'plain_text', text });

/** A modal with one text field; `more` is added to it or replaces parts. */
export function aModal(more: Json = {}): Json {
  return {
    type: 'modal',
    callback_id: 'settings',
    title: plain('Settings'),
    submit: plain('Save'),
    blocks: [
      {
        type: 'input',
        block_id: 'name',
        label: plain('Name'),
        element: { type: 'plain_text_input', action_id: 'name_input' },
      },
    ],
    ...more,
  };
}

/** Blocks with a button, a select and a checkbox. */
export const controls: readonly Json[] = [
  {
    type: 'actions',
    block_id: 'controls',
    elements: [
      { type: 'button', action_id: 'ok', text: plain('OK'), value: '1', style: 'primary' },
      {
        type: 'static_select',
        action_id: 'size',
        placeholder: plain('Size'),
        options: [
          { text: plain('Small'), value: 's' },
          { text: plain('Large'), value: 'l' },
        ],
      },
    ],
  },
];
