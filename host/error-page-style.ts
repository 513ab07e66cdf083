// The look of the error page: light and dark, wide and narrow, nothing fetched.
// Apart from `error-page.ts` because the digest in the page's policy is that of this text.

export const ERROR_PAGE_STYLE = `
:root { color-scheme: light dark; --paper: #fbfaf7; --ink: #1d1c1a; --soft: #6a665e; --line: #e2ded4; --accent: #b3401f; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #161513; --ink: #eceae4; --soft: #9b968b; --line: #34312c; --accent: #f08a5d; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; align-items: center; padding: 2rem 1.25rem;
  background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
main { width: 100%; max-width: 44rem; margin: 0 auto; }
.status { margin: 0; color: var(--accent); font: 600 1rem/1 ui-monospace, monospace; letter-spacing: .08em; }
h1 { margin: .6rem 0 .4rem; font-size: clamp(1.5rem, 5vw, 2.1rem); line-height: 1.2; letter-spacing: -.01em; text-wrap: balance; }
h2 { margin: 1.8rem 0 .5rem; font-size: .85rem; font-weight: 600; color: var(--soft); }
p { margin: 0; }
pre { margin: 0; padding: 1rem; overflow-x: auto; border: 1px solid var(--line); border-radius: 6px;
  font: .85rem/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
ol { margin: 0; padding: .75rem 1rem .75rem 3rem; border: 1px solid var(--line); border-radius: 6px;
  font: .85rem/1.6 ui-monospace, monospace; overflow-wrap: anywhere; }
li::marker { color: var(--soft); }
table { width: 100%; border-collapse: collapse; font: .85rem/1.6 ui-monospace, monospace; }
td { padding: .1rem .75rem .1rem 0; vertical-align: top; overflow-wrap: anywhere; }
td:first-child { text-align: right; white-space: nowrap; width: 3.5rem; }
td:nth-child(2) { width: 6rem; }
meter { width: 6rem; height: .9rem; }
meter::-webkit-meter-bar { background: var(--line); border: 0; }
meter::-webkit-meter-optimum-value { background: var(--accent); }
meter::-moz-meter-bar { background: var(--accent); }
.limit { display: flex; flex-wrap: wrap; gap: .2rem .75rem; align-items: center; font: .85rem/1.5 ui-monospace, monospace; }
.limit code { color: var(--soft); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: 1.8rem 0 0; padding-top: 1rem;
  border-top: 1px solid var(--line); font: .85rem/1.5 ui-monospace, monospace; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
`;
