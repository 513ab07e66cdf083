// The look of the page: light and dark, wide and narrow.

export const STYLE = `
:root { color-scheme: light dark; --paper: #fbfaf7; --ink: #1d1c1a; --soft: #6a665e; --line: #e2ded4; --accent: #b3401f; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #161513; --ink: #eceae4; --soft: #9b968b; --line: #34312c; --accent: #f08a5d; }
}
* { box-sizing: border-box; }
body { margin: 0; padding: clamp(2rem, 8vw, 5rem) 1.25rem; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; }
h1 { margin: 0; font-size: clamp(2rem, 7vw, 2.8rem); line-height: 1.1; letter-spacing: -.02em; }
h2 { margin: 2.4rem 0 .6rem; font-size: .85rem; font-weight: 600; color: var(--soft); }
.lead { margin: .8rem 0 0; font-size: 1.1rem; text-wrap: pretty; }
ul { margin: 0; padding: 0; list-style: none; border-top: 1px solid var(--line); }
li { display: grid; grid-template-columns: minmax(0, 17rem) minmax(0, 1fr); gap: .1rem 1.5rem; padding: .6rem 0; border-bottom: 1px solid var(--line); }
li span { color: var(--soft); }
a { color: var(--accent); font: .9rem/1.7 ui-monospace, monospace; text-decoration: none; overflow-wrap: anywhere; }
a:hover, a:focus-visible { text-decoration: underline; text-underline-offset: .2em; }
pre { margin: 0; padding: 1rem; overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; font: .85rem/1.7 ui-monospace, monospace; }
@media (max-width: 38rem) { li { grid-template-columns: 1fr; } }
`;
