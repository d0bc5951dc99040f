/** Whether a manifest is one, and what is wrong where: what apps.manifest.validate says, and what stops a start. */
import { SimulatorError } from '../errors.ts';
import { type Manifest, manifestSchema } from './manifest-schema.ts';

/** One fault of a manifest, in Slack's names. (https://docs.slack.dev/reference/methods/apps.manifest.validate) */
export interface ManifestProblem {
  readonly message: string;
  /** JSON pointer, for example /settings/event_subscriptions */
  readonly pointer: string;
}

/** What came of a check: the manifest, or at least one problem. */
export type CheckedManifest =
  | { readonly manifest: Manifest; readonly problems?: undefined }
  | { readonly manifest?: undefined; readonly problems: readonly ManifestProblem[] };

/** @param value The manifest as an object, or as JSON text, as the Web API takes it. */
export function checkManifest(value: unknown): CheckedManifest {
  const given = typeof value === 'string' ? parsed(value) : value;
  const result = manifestSchema.safeParse(given);
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => ({
      message: path.length === 0 ? 'A manifest is an object' : message,
      pointer:
        path.length === 0
          ? '/'
          : `/${path.map((step) => String(step).replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`,
    }));
    return { problems };
  }
  const problems = contradictions(result.data);
  return problems.length > 0 ? { problems } : { manifest: result.data };
}

/** @throws SimulatorError `invalid_manifest`, a line for each problem */
export function requireManifest(value: unknown): Manifest {
  const { manifest, problems } = checkManifest(value);
  if (manifest) return manifest;
  const lines = problems.map(({ pointer, message }) => `${pointer}: ${message}`);
  throw new SimulatorError('invalid_manifest', `The app manifest is not valid:\n${lines.join('\n')}`);
}

/** The words about events and interactivity are Slack's own; the one about commands is a guess. (https://docs.slack.dev/reference/methods/apps.manifest.validate) */
function contradictions({ features, settings = {} }: Manifest): ManifestProblem[] {
  const problems: ManifestProblem[] = [];
  const say = (pointer: string, message: string) => problems.push({ message, pointer });
  const { event_subscriptions: events, interactivity } = settings;
  const isReached = (url: string | undefined) => url !== undefined || settings.socket_mode_enabled === true;
  const names = [...(events?.bot_events ?? []), ...(events?.user_events ?? [])];
  if (names.length > 0 && !isReached(events?.request_url)) {
    say('/settings/event_subscriptions', 'Event Subscription requires either Request URL or Socket Mode Enabled');
  }
  if (interactivity?.is_enabled === true && !isReached(interactivity.request_url)) {
    say('/settings/interactivity', 'Interactivity requires a Request URL');
    say('/settings/interactivity', 'Interactivity requires Socket Mode enabled');
  }
  features?.slash_commands?.forEach(({ url }, index) => {
    if (!isReached(url))
      say(`/features/slash_commands/${index}`, 'Slash Command requires a Request URL or Socket Mode');
  });
  return problems;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
