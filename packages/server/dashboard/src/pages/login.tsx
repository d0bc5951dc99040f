/** Asks for a token. */
import { useEffect, useState } from 'preact/hooks';
import { logIn, loginNotice } from '../session.ts';

export function LoginPage() {
  const [token, setToken] = useState('');
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    document.title = 'Log in · Dashboard';
  }, []);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    await logIn(token);
    setBusy(false);
  };
  return (
    <main class="login">
      <form class="card stack" onSubmit={submit}>
        <h1>Slack bot server</h1>
        <p class="soft">The dashboard of whoever operates this server.</p>
        {loginNotice.value && (
          <p class="notice tone-bad" role="alert">
            {loginNotice.value}
          </p>
        )}
        <label class="field">
          <span>ADMIN_TOKEN or ADMIN_READ_TOKEN</span>
          <input
            class="input mono"
            type="password"
            autocomplete="current-password"
            required
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="button primary" disabled={isBusy || token === ''}>
          Log in
        </button>
        <p class="small soft">
          It is set in the environment of the server. <code>slack-bot-server dev</code> prints one when it starts.
        </p>
      </form>
    </main>
  );
}
