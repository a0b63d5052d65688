// Lists that follow what others do: rows change in place, new ones are announced and shown when the reader wants them.

const note = document.querySelector('[data-live-list]');
const make = (tag, props) => Object.assign(document.createElement(tag), props);
const words = note.dataset;
const soon = (ms) => ms * (0.5 + Math.random()); // never all screens at the same moment
const background = { headers: { 'X-Background': '1' } };
let after = new URL(words.liveList, location).searchParams.get('after');
let source;
let pause = 0;
let timer;
let over = false;

function listen() {
  clearTimeout(timer);
  if (source || over || document.hidden) return;
  const address = new URL(words.liveList, location);
  address.searchParams.set('after', after);
  source = new EventSource(address);
  source.addEventListener('open', () => { pause = 0; });
  source.addEventListener('changed', (e) => {
    after = e.lastEventId || after;
    heard(JSON.parse(e.data));
  });
  source.addEventListener('out', () => { over = true; still(); });
  source.addEventListener('error', () => {
    still();
    pause = Math.min(pause ? pause * 2 : 2000, 60000);
    timer = setTimeout(listen, soon(pause));
  });
}
function still() {
  source?.close();
  source = null;
}
document.addEventListener('visibilitychange', () => (document.hidden ? still() : listen()));
addEventListener('pagehide', still);
addEventListener('pageshow', (e) => e.persisted && listen());

// The page of one thing: what somebody else did to it is said, and nothing that is being written is touched.
const now = document.querySelector('[data-live]');
async function tell() {
  const answer = await fetch(now.dataset.live, background).catch(() => 0);
  if (!answer?.ok) return;
  now.textContent = await answer.text();
  now.hidden = !now.textContent;
}

let asked;
let last = 0;
function heard({ paths = [], all }) {
  if (now) {
    if (all || paths.includes(location.pathname)) tell();
    return;
  }
  if (asked) return;
  asked = setTimeout(look, Math.max(soon(400), last + 5000 - Date.now()));
}

const table = (page) => page.querySelector('main table.list');
const key = (row) => row.querySelector('a')?.pathname;
const content = (row) => row.className.replace(/\b(at|fresh|gone)\b/g, '').trim() + '|' + row.textContent.replace(/\s+/g, ' ');
let fresh;

// What the list looks like now. Rows that are there on both sides are changed in place, except under a cursor; of others the reader decides.
async function look() {
  asked = null;
  last = Date.now();
  const answer = await fetch(location.href, background).catch(() => 0);
  if (!answer?.ok || answer.redirected) return;
  fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const [mine, theirs] = [table(document), table(fresh)];
  if (!mine || !theirs) {
    const cards = [document, fresh].map((p) => p.querySelector('main .desk')?.textContent);
    announce(mine || theirs || cards[0] !== cards[1] ? 1 : 0);
    return;
  }
  const rows = new Map([...theirs.tBodies[0].rows].map((r) => [key(r), r]));
  let others = 0;
  for (const row of [...mine.tBodies[0].rows]) {
    const to = rows.get(key(row));
    rows.delete(key(row));
    row.classList.toggle('gone', !to);
    if (!to) others++;
    else if (content(row) !== content(to)) {
      if (row.contains(document.activeElement)) others++;
      else row.replaceWith(changed(row, to));
    }
  }
  const counters = [document, fresh].map((p) => p.querySelector('main .counters'));
  if (counters[0] && counters[1] && !counters[0].contains(document.activeElement)) counters[0].replaceWith(counters[1].cloneNode(true));
  announce(others + rows.size);
}
function changed(row, to) {
  const copy = document.importNode(to, true);
  copy.classList.add('fresh');
  const boxes = [row, copy].map((r) => r.querySelector('td.box input'));
  if (boxes[0] && boxes[1]) boxes[1].checked = boxes[0].checked;
  return copy;
}
function announce(n) {
  note.hidden = !n;
  if (!n) return;
  const show = make('button', { type: 'button', className: 'plain', textContent: words.show });
  show.addEventListener('click', () => {
    const [mine, theirs] = [table(document), table(fresh)];
    if (!mine || !theirs) {
      location.reload();
      return;
    }
    const ticked = new Set([...mine.querySelectorAll('td.box input:checked')].map((b) => b.value));
    const body = document.importNode(theirs.tBodies[0], true);
    body.querySelectorAll('td.box input').forEach((b) => { b.checked = ticked.has(b.value); });
    mine.tBodies[0].replaceWith(body);
    note.hidden = true;
    mine.querySelector('a')?.focus();
  });
  note.replaceChildren(make('span', { textContent: (n === 1 ? words.one : words.many).replace('{0}', n) }), ' ', show);
}

if (self.EventSource) listen();
