/** The style sheet of the public pages. Inline, because the policy allows a style by its hash and nothing else. */
import { createHash } from 'node:crypto';

/** What stands between the style tags, before the colours of the operator and what a template of the bot adds. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --back: #f7f5f8; --card: #ffffff; --ink: #1d1c1d; --soft: #5a5560; --line: #e4dfe7;
  --accent: #611f69; --accent-over: #4a154b; --on-accent: #ffffff; --tile: #4a154b; --on-tile: #ffffff;
  --done: #0b6b46; --done-back: #e3f4ec; --note: #7a4b00; --note-back: #fdf1d8; --fail: #a3123f; --fail-back: #fce8ee;
  --shade: 0 1px 2px rgb(29 28 29 / 6%), 0 12px 32px rgb(74 21 75 / 8%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #161318; --card: #211d24; --ink: #f3eff4; --soft: #b5adb9; --line: #3a343e;
    --accent: #e9d3ee; --accent-over: #ffffff; --on-accent: #36103a; --tile: #6f2b78;
    --done: #7fdcb0; --done-back: #12372a; --note: #f4cc7f; --note-back: #3d2d0d; --fail: #ff9db6; --fail-back: #47172a;
    --shade: 0 1px 2px rgb(0 0 0 / 40%);
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; min-height: 100svh; padding: 2rem 1rem; background: var(--back); color: var(--ink);
  display: grid; place-content: center; grid-template-columns: minmax(0, 32rem);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: anywhere;
}
main {
  background: var(--card); border: 1px solid var(--line); border-radius: 1rem; box-shadow: var(--shade);
  padding: clamp(1.5rem, 6vw, 2.75rem);
}
h1 { margin: 0 0 .75rem; font-size: clamp(1.4rem, 5vw, 1.75rem); line-height: 1.2; letter-spacing: -.015em; text-wrap: balance; }
p { margin: 0 0 .75rem; text-wrap: pretty; }
main > :last-child { margin-bottom: 0; }
a { color: var(--accent); }
code { font: .9em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.soft { color: var(--soft); }
.small { font-size: .875rem; margin: 1.5rem 0 0; }
.tile {
  display: grid; place-items: center; width: 3.5rem; height: 3.5rem; margin: 0 0 1.25rem; border-radius: 1rem;
  background: var(--tile); color: var(--on-tile); font-size: 1.6rem; font-weight: 700; line-height: 1;
}
.tile { grid-template: 3.5rem / 3.5rem; overflow: hidden; }
.tile > * { grid-area: 1 / 1; }
.tile img { max-width: 100%; max-height: 100%; background: var(--card); }
.status {
  display: inline-flex; align-items: center; gap: .4rem; margin: 0 0 1.1rem; padding: .25rem .7rem .25rem .5rem;
  border-radius: 2rem; font-size: .875rem; font-weight: 600;
}
.status svg { width: 1.1rem; height: 1.1rem; flex: none; }
.done { color: var(--done); background: var(--done-back); }
.note { color: var(--note); background: var(--note-back); }
.fail { color: var(--fail); background: var(--fail-back); }
.parts { list-style: none; margin: 1.25rem 0 0; padding: 0; border-top: 1px solid var(--line); }
.parts li { padding: .75rem 0; border-bottom: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center; justify-content: space-between; }
.parts li:last-child { border-bottom: 0; padding-bottom: 0; }
.parts .status { margin: 0; }
.parts p { flex-basis: 100%; margin: 0; }
.button {
  display: inline-flex; align-items: center; justify-content: center; gap: .7rem; min-height: 3rem; margin-top: .75rem;
  padding: .6rem 1.4rem; border-radius: .6rem; border: 1px solid transparent; background: var(--accent);
  color: var(--on-accent); font-weight: 600; text-decoration: none;
}
.button:hover { background: var(--accent-over); }
.slack { background: #ffffff; color: #1d1c1d; border-color: #cfc8d3; padding-left: 1.1rem; }
.slack:hover { background: #f6f2f7; }
.slack svg { width: 1.35rem; height: 1.35rem; flex: none; }
a:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: .3rem; }
.button:focus-visible { border-radius: .6rem; }
footer { padding: 1.1rem .25rem 0; text-align: center; font-size: .875rem; color: var(--soft); }
footer a { color: inherit; }
@media (max-width: 26rem) { .button { width: 100%; } }
@media (forced-colors: active) { .button, .status, .tile { border: 1px solid; } }
`;

/** The source expression that lets exactly this style through. */
export function styleSource(style: string): string {
  return `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
}
