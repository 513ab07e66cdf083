// The look of the page: light and dark, wide and narrow.

export const STYLE = `
:root { color-scheme: light dark; --paper: #fbfaf7; --ink: #1d1c1a; --soft: #6a665e; --line: #d9d4c7; --accent: #a83a1a; --on-accent: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #161513; --ink: #eceae4; --soft: #a39e93; --line: #3a3731; --accent: #f08a5d; --on-accent: #161513; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; }
body { margin: 0; padding: clamp(1.5rem, 6vw, 4rem) 1.25rem; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
main { max-width: 48rem; margin: 0 auto; }
h1 { margin: 0; font-size: clamp(2rem, 7vw, 2.8rem); line-height: 1.1; letter-spacing: -.02em; }
h2 { margin: 0 0 .3rem; font-size: 1.15rem; }
.lead { margin: .8rem 0 2rem; font-size: 1.1rem; text-wrap: pretty; }
p { margin: 0 0 .7rem; text-wrap: pretty; }
section { padding: 1.6rem 0; border-top: 1px solid var(--line); }
code, pre { font: .85rem/1.6 ui-monospace, monospace; }
code { overflow-wrap: anywhere; }
label { padding: .5rem 0; white-space: nowrap; }
input { accent-color: var(--accent); }
.languages { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 0 1.2rem; padding: .3rem 0; background: var(--paper); border-bottom: 1px solid var(--line); }
.languages + section { border-top: 0; }
.try { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem .9rem; margin: 0 0 .5rem; }
button { padding: .4rem .8rem; border: 1px solid var(--accent); border-radius: 6px; background: none; color: inherit; font: inherit; text-align: left; cursor: pointer; max-width: 100%; }
button b { color: var(--accent); margin-right: .3rem; }
button:hover, button:hover b { background: var(--accent); color: var(--on-accent); }
a { color: var(--accent); text-underline-offset: .2em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
pre { margin: 0; padding: .8rem 1rem; max-height: 24rem; overflow: auto; border: 1px solid var(--line); border-radius: 6px; }
.answer > * { margin: .6rem 0; }
.receipt { font-variant-numeric: tabular-nums; }
img { display: block; max-width: 100%; border-radius: 6px; }
summary { padding: .3rem 0; color: var(--soft); cursor: pointer; width: max-content; }
@media (max-height: 30rem) { .languages { position: static; } }
`;
