/** Who is logged in, and the API in their name. */
import { computed, signal } from '@preact/signals';
import { createApi, Problem } from 'ui-kit';

export interface Session {
  role: 'read' | 'operate';
  expires: string;
  csrfToken: string;
}

/** Undefined: not known yet; null: nobody. */
export const session = signal<Session | null | undefined>(undefined);

/** Whether the person may change something. */
export const mayOperate = computed(() => session.value?.role === 'operate');

/** Why it could not be known who is logged in. */
export const sessionError = signal<Error | undefined>(undefined);

/** Why the last login ended or was refused. */
export const loginNotice = signal<string | undefined>(undefined);

export const api = createApi({
  headers: (): Record<string, string> => (session.value ? { 'x-csrf-token': session.value.csrfToken } : {}),
});

/** Goes on with the login of this browser; a token behind `#token=` logs in and leaves the address. */
export async function resumeSession(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token) {
    history.replaceState(null, '', location.pathname + location.search);
    return await logIn(token);
  }
  sessionError.value = undefined;
  try {
    session.value = await api.get<Session>('/api/session');
  } catch (error) {
    // A server that cannot answer says nothing of the login.
    if (error instanceof Problem && error.status === 401) session.value = null;
    else sessionError.value = error as Error;
  }
}

export async function logIn(token: string): Promise<void> {
  try {
    session.value = await api.post<Session>('/api/session', { token });
    loginNotice.value = undefined;
  } catch (error) {
    session.value = null;
    loginNotice.value = (error as Error).message;
  }
}

export async function logOut(): Promise<void> {
  await api.send('DELETE', '/api/session').catch(() => {});
  session.value = null;
}

/** What was refused because the login is over leads back to it. */
export function noteRefusal(error: unknown): void {
  if (!(error instanceof Problem) || error.status !== 401 || !session.value) return;
  session.value = null;
  loginNotice.value = 'The login has ended.';
}
