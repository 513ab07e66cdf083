// The page: six numbers and a button for others, or what to do without.

const STYLE = `
:root { color-scheme: light dark; --paper: #fbfaf7; --ink: #1d1c1a; --ball: #b3401f; --on-ball: #fff; }
@media (prefers-color-scheme: dark) { :root { --paper: #161513; --ink: #eceae4; --ball: #f08a5d; --on-ball: #161513; } }
body { margin: 0; min-height: 100vh; display: grid; place-content: center; gap: 1.5rem; padding: 1rem; background: var(--paper); color: var(--ink); font: 1.1rem/1.5 system-ui, sans-serif; text-align: center; }
h1 { margin: 0; font-size: 1.6rem; }
ol { margin: 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; justify-content: center; gap: .6rem; }
li { width: 3.2rem; line-height: 3.2rem; border-radius: 50%; background: var(--ball); color: var(--on-ball); font-weight: 600; font-variant-numeric: tabular-nums; }
button { padding: .6rem 1.4rem; border: 1px solid currentColor; border-radius: 6px; background: none; color: inherit; font: inherit; cursor: pointer; }
button:focus-visible { outline: 3px solid var(--ball); outline-offset: 3px; }
`;

/** Without numbers: what to do about it. */
export function page(numbers: i32[] | null): string {
  const parts = [
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
    "<title>Six of forty-nine</title>\n<style>" + STYLE + "</style>\n</head>\n<body>\n<h1>Six of forty-nine</h1>\n",
  ];
  if (numbers === null) {
    parts.push("<p>Nobody throws dice for us at the moment.</p>\n");
  } else {
    parts.push("<ol>");
    for (let i = 0; i < numbers.length; i++) parts.push("<li>" + numbers[i].toString() + "</li>");
    parts.push("</ol>\n");
  }
  parts.push('<form><button autofocus>' + (numbers === null ? "Try again" : "Draw again") + "</button></form>\n</body>\n</html>\n");
  return parts.join("");
}
