/** The page's only script: follows the log, and when it grows fetches the page again and exchanges the parts that change. */

/** Served as `/_ui/live.js`. */
export const liveScript = `// Keeps the simulator's page fresh. Everything also works without it.
const parts = ['status', 'messages', 'log', 'faults', 'clock'];
let lastSeq = Number(document.querySelector('[data-last-seq]')?.dataset.lastSeq ?? 0);

function exchange(page) {
  for (const id of parts) {
    const old = document.getElementById(id);
    const fresh = page.getElementById(id);
    if (!old || !fresh || old.innerHTML === fresh.innerHTML) continue;
    if (id !== 'messages' && id !== 'log' && old.contains(document.activeElement)) continue;
    const isAtEnd = old.scrollHeight - old.scrollTop - old.clientHeight < 40;
    old.replaceChildren(...fresh.childNodes);
    if (id === 'messages' && isAtEnd) old.scrollTop = old.scrollHeight;
  }
}

async function refresh(response) {
  const text = await (response ?? (await fetch(location.href))).text();
  const page = new DOMParser().parseFromString(text, 'text/html');
  lastSeq = Number(page.querySelector('[data-last-seq]')?.dataset.lastSeq ?? lastSeq);
  exchange(page);
}

document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (!form.action.includes('/_ui/')) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const response = await fetch(form.action, { method: 'POST', body });
  if (form.matches('[data-clear]')) form.elements.text.value = '';
  if (new URL(response.url).searchParams.has('notice') === false) history.replaceState(null, '', response.url);
  document.activeElement?.closest('#status, #faults') && document.activeElement.blur();
  await refresh(response);
});

let isDue = false;
let isRefreshing = false;

// At most two refreshes a second, however busy the simulator is.
async function refreshSoon() {
  isDue = true;
  if (isRefreshing) return;
  isRefreshing = true;
  while (isDue) {
    isDue = false;
    await refresh().catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  isRefreshing = false;
}

// The browser comes back by itself after a break, with the number of the last record that it saw.
function watch() {
  const stream = new EventSource('/_sim/stream?after=' + lastSeq);
  stream.addEventListener('record', refreshSoon);
  stream.addEventListener('gap', refreshSoon);
  stream.addEventListener('open', () => {
    document.title = document.title.replace(/^\\(offline\\) /, '');
  });
  stream.addEventListener('error', () => {
    if (!document.title.startsWith('(offline) ')) document.title = '(offline) ' + document.title;
  });
}

const messages = document.getElementById('messages');
if (messages) messages.scrollTop = messages.scrollHeight;
watch();
`;
