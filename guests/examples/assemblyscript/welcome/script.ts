// What runs in the browser: sends what a button says, and shows the answer and what it took, as the
// server tells it in `server-timing`. Nothing that comes back is treated as HTML.

export const SCRIPT = `
const TEXT_MAX = 4000;
const chosen = () => document.querySelector('[name=language]:checked')?.value ?? '';
const placeOf = ({ language, name }) => (language ?? chosen()) + '/' + name;

function element(name, text = '', attributes = {}) {
  const made = Object.assign(document.createElement(name), attributes);
  made.textContent = text;
  return made;
}

async function run(button) {
  const { method, path, body, token } = button.dataset;
  const shown = button.closest('section').querySelector('.answer');
  shown.replaceChildren(element('p', 'Asking ...'));
  try {
    const headers = {};
    if (token) headers.authorization = 'Bearer ' + (await (await fetch(token)).text());
    if (body) headers['content-type'] = body.startsWith('{') ? 'application/json' : 'application/x-www-form-urlencoded';
    const answer = await fetch('/' + placeOf(button.dataset) + path, { method, headers, body });
    const content = await answer.blob();
    shown.replaceChildren(...(await view(answer, content)));
  } catch (error) {
    shown.replaceChildren(element('p', 'No answer: ' + error.message));
  }
}

async function view(answer, content) {
  const receipt = element('p', '', { className: 'receipt' });
  receipt.append(element('b', answer.status + ' ' + answer.statusText), ' ', receiptOf(answer, content.size));
  const head = [...answer.headers].map(([name, value]) => name + ': ' + value).join('\\n');
  const isImage = content.type.startsWith('image/');
  const text = isImage ? '' : await content.text();
  const more = text.length > TEXT_MAX ? '\\n... ' + (text.length - TEXT_MAX) + ' more' : '';
  const pre = element('pre', head + '\\n\\n' + text.slice(0, TEXT_MAX) + more, { tabIndex: 0 });
  pre.setAttribute('aria-label', 'Headers and content');
  if (!isImage) return [receipt, pre];
  return [receipt, element('img', '', { src: URL.createObjectURL(content), alt: 'The image that was answered' }), pre];
}

function receiptOf(answer, bytes) {
  const timing = answer.headers.get('server-timing') ?? '';
  const ms = (name) => new RegExp(name + ';dur=([0-9.]+)').exec(timing)?.[1];
  const size = bytes + ' bytes';
  if (ms('cpu') === undefined) return size + '; this app keeps its receipt to itself';
  return ms('cpu') + ' ms of CPU time, ' + ms('total') + ' ms in all until the head was sent, ' + size;
}

async function load(details) {
  const pre = details.querySelector('pre');
  pre.textContent = 'Loading ...';
  try {
    const answer = await fetch(details.dataset.sources + placeOf(details.dataset));
    pre.textContent = answer.ok ? await answer.text() : 'No source: ' + answer.status;
  } catch (error) {
    pre.textContent = 'No source: ' + error.message;
  }
}

for (const button of document.querySelectorAll('button[data-path]')) button.addEventListener('click', () => run(button));
for (const details of document.querySelectorAll('details')) {
  details.addEventListener('toggle', () => details.open && load(details));
}
for (const radio of document.querySelectorAll('[name=language]')) {
  radio.addEventListener('change', () => {
    for (const link of document.querySelectorAll('a[data-path]')) link.href = '/' + placeOf(link.dataset) + link.dataset.path;
    for (const details of document.querySelectorAll('details[open]')) load(details);
  });
}
`;
