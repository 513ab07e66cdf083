// The style of the report's page: one column that fits a phone, two schemes of colours that follow the
// reader's, and print in black on white.

export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1c2024; --soft: #60646c; --rule: #e0e1e6; --paper: #fff; --tint: #f4f5f7;
  --ours: #0b68cb; --process: #56606e; --container: #ad5700; --microvm: #c02a7b; --peer: #1f7a4c; --missed: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #edeef0; --soft: #b0b4ba; --rule: #33373d; --paper: #111315; --tint: #1b1e21;
  --ours: #70b8ff; --process: #b0b8c4; --container: #ffa057; --microvm: #ff8dcc; --peer: #5bd19b; --missed: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 2rem; line-height: 1.15; margin: 0 0 .25rem; letter-spacing: -.02em; }
h2 { font-size: 1.25rem; margin: 3rem 0 .5rem; letter-spacing: -.01em; }
p { margin: .5rem 0; max-width: 46rem; } .soft { color: var(--soft); font-size: .875rem; }
ul.findings { list-style: none; padding: 0; margin: 1.5rem 0; max-width: 50rem; }
ul.findings li { padding: .5rem 0; border-top: 1px solid var(--rule); }
ul.findings b { margin-right: .4em; } .missed { color: var(--missed); } .met { color: var(--peer); }
.ours { --hue: var(--ours); } .process { --hue: var(--process); } .container { --hue: var(--container); }
.microvm { --hue: var(--microvm); } .peer { --hue: var(--peer); }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; margin: .5rem 0 1rem; list-style: none; font-size: .875rem; }
.legend li::before { content: ''; display: inline-block; width: .7em; height: .7em; border-radius: 50%; background: var(--hue); margin-right: .4em; }
.strips { margin: 0; --name: 20.5rem; --figure: 4.75rem; }
.strip { display: grid; grid-template-columns: var(--name) 1fr var(--figure); align-items: center; font-size: .875rem; break-inside: avoid; }
.strip .name { padding-right: 1rem; } .strip .name, .strip .figure { color: var(--hue); font-weight: 550; }
.strip .figure { text-align: right; font-variant-numeric: tabular-nums; }
.strip .track { position: relative; height: 1.75rem; background: repeating-linear-gradient(90deg, var(--rule) 0 1px, transparent 1px calc(100% / var(--decades))); border-right: 1px solid var(--rule); }
.strip svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; color: var(--hue); }
.strip line { stroke: currentColor; vector-effect: non-scaling-stroke; }
.strip .one { stroke-width: 3px; stroke-opacity: .3; } .strip .median { stroke-width: 2px; }
.axis { position: relative; height: 1.5rem; margin: 0 var(--figure) 0 var(--name); font-size: .8rem; color: var(--soft); }
.axis span { position: absolute; transform: translateX(-50%); white-space: nowrap; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .35rem .5rem; border-bottom: 1px solid var(--rule); vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; padding-left: 0; } th { font-weight: 550; color: var(--soft); line-height: 1.25; }
td:first-child { min-width: 9rem; white-space: nowrap; } td .dot { display: inline-block; width: .6em; height: .6em; border-radius: 50%; background: var(--hue); margin-right: .45em; }
td .bar { display: block; height: 3px; margin-top: 2px; margin-left: auto; background: var(--hue); }
dl { font-size: .9375rem; } dt { font-weight: 550; color: var(--hue, var(--ink)); margin-top: .6rem; break-after: avoid; } dd { margin: 0; max-width: 46rem; }
pre { background: var(--tint); padding: .9rem 1rem; border-radius: 6px; overflow-x: auto; font-size: .875rem; }
@media (max-width: 44rem) {
  body { padding: 1.25rem 1rem 3rem; } h1 { font-size: 1.65rem; }
  .strips { --name: 0rem; } .strip { grid-template-columns: 1fr var(--figure); padding-top: .35rem; }
  .strip .name { grid-column: 1; } .strip .figure { grid-column: 2; } .strip .track { grid-column: 1 / 3; grid-row: 2; height: 1rem; }
  .axis { margin: .1rem 0 0; } .axis span:first-child { transform: none; } .axis span:last-child { transform: translateX(-100%); }
  table { font-size: .8125rem; } td:first-child { white-space: normal; position: sticky; left: 0; background: var(--paper); } th, td { padding: .35rem .4rem; }
}
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --rule: #ccc; --paper: #fff; --tint: #fff;
    --ours: #0b68cb; --process: #56606e; --container: #ad5700; --microvm: #c02a7b; --peer: #1f7a4c; --missed: #b3261e; }
  body { padding: 0; max-width: none; font-size: 10.5pt; print-color-adjust: exact; } h2 { break-after: avoid; margin-top: 1.75rem; }
  .strips { --name: 17rem; } .strip { grid-template-columns: var(--name) 1fr var(--figure); padding: 0; font-size: 8.5pt; }
  .strip .track { grid-column: 2; grid-row: 1; height: 1.15rem; } .strip .figure { grid-column: 3; } .axis { margin: 0 var(--figure) 0 var(--name); }
  .axis span:first-child, .axis span:last-child { transform: translateX(-50%); }
  .scroll { overflow: visible; } table { font-size: 8pt; } tr { break-inside: avoid; } th, td { padding: .2rem .3rem; }
  pre { border: 1px solid var(--rule); white-space: pre-wrap; }
}`;
