/** The one style sheet, for light and dark, wide and narrow. Colours are pairs, so that no theme is forgotten. */

/** Served as `/_ui/style.css`. */
export const styleSheet = `:root {
  color-scheme: light dark;
  --page: light-dark(#f4f4f6, #16171a);
  --panel: light-dark(#ffffff, #202226);
  --ink: light-dark(#1b1c1f, #eceef1);
  --quiet: light-dark(#5c6068, #a2a8b2);
  --line: light-dark(#d6d8de, #3a3d44);
  --accent: light-dark(#5a2ca0, #c7a9ff);
  --on-accent: light-dark(#ffffff, #1d0f38);
  --good: light-dark(#0b6b3a, #6fdca0);
  --bad: light-dark(#a3192c, #ff9aa5);
  --bot: light-dark(#f3eefb, #2a2435);
  --control: light-dark(#ffffff, #2b2e34);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
.top { display: flex; gap: .75rem; align-items: center; padding: .6rem 1rem; background: var(--panel); border-bottom: 1px solid var(--line); }
.top a { color: inherit; text-decoration: none; font-size: 1.05rem; }
main { padding: 1rem; }
h1 { margin: 0 0 .4rem; font-size: 1.3rem; line-height: 1.25; }
h2 { margin: 1rem 0 .4rem; font-size: .95rem; }
.panel > h2:first-child { margin-top: 0; }
p { margin: .4rem 0; }
a { color: var(--accent); }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
.columns { display: grid; grid-template-columns: minmax(12rem, 15rem) minmax(0, 1fr) minmax(18rem, 26rem); gap: 1rem; align-items: start; }
.panel, .card { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 1rem; min-width: 0; }
.narrow { max-width: 34rem; margin: 1rem auto; }
.quiet { color: var(--quiet); font-weight: normal; font-size: .85rem; }
.good { color: var(--good); }
.bad { color: var(--bad); }
.tag { border: 1px solid var(--line); border-radius: 999px; padding: 0 .5rem; font-size: .75rem; color: var(--quiet); }
.list, .tabs, .messages, .log { list-style: none; margin: 0; padding: 0; }
.list a, .tabs a { display: block; padding: .3rem .6rem; border-radius: 6px; text-decoration: none; color: inherit; }
.list a:hover, .tabs a:hover { background: var(--page); }
a[aria-current] { background: var(--accent) !important; color: var(--on-accent) !important; }
.tabs { display: flex; flex-wrap: wrap; gap: .25rem; padding: .5rem 0; }
.tabs a { border: 1px solid var(--line); }
.messages { height: 22rem; overflow-y: auto; border: 1px solid var(--line); border-radius: 8px; padding: .5rem; }
.messages li { padding: .3rem .5rem; border-radius: 6px; }
.messages .bot { background: var(--bot); }
.who { font-weight: 600; }
.text { display: block; white-space: pre-wrap; overflow-wrap: anywhere; }
.say { display: flex; gap: .5rem; margin-top: .6rem; align-items: center; flex-wrap: wrap; }
.grow { flex: 1 1 12rem; }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; }
.row { display: flex; gap: .5rem; align-items: center; justify-content: space-between; flex-wrap: wrap; }
button, input, select { font: inherit; color: inherit; background: var(--control); border: 1px solid var(--line); border-radius: 6px; padding: .35rem .7rem; max-width: 100%; }
.grow input, .narrow select { width: 100%; }
label select { margin-left: .25rem; }
.narrow label { display: block; margin-bottom: .25rem; }
.narrow label + select { margin: 0; }
button { cursor: pointer; }
button:hover { border-color: var(--accent); }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
button.danger { margin-top: .6rem; width: 100%; border-color: var(--bad); color: var(--bad); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.notice { border: 1px solid var(--bad); color: var(--bad); border-radius: 6px; padding: .3rem .6rem; }
.log { font-size: .85rem; max-height: 40rem; overflow-y: auto; }
.log li { padding: .25rem 0; border-bottom: 1px solid var(--line); }
.log .sign { display: inline-block; width: 1.2em; text-align: center; }
.log .good .sign { color: var(--good); }
.log .bad .sign, .log .bad strong { color: var(--bad); }
.log .detail { display: block; color: var(--quiet); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font: .8rem ui-monospace, monospace; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 68rem) { .columns { grid-template-columns: minmax(0, 1fr) minmax(16rem, 22rem); } .columns > nav { grid-column: 1 / -1; } }
@media (max-width: 44rem) { main { padding: .5rem; } .columns { grid-template-columns: minmax(0, 1fr); } .messages { height: 16rem; } }
`;
