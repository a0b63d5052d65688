// What makes pages of staff quicker and safer on a bad network; every page works without it. queue.js comes first.

const kit = document.getElementById('kit').dataset;
const { queue } = self;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const say = (text, ...args) => (text || '').replace(/\{(\d)\}/g, (_, n) => String(args[Number(n)] ?? ''));
const make = (tag, props, ...children) => {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
};

// When a record was made, says the device: it may be sent much later.
document.addEventListener('submit', (e) => {
  const at = e.target.elements?.device_at;
  if (at) at.value = Date.now();
}, true);

// A form that may wait and is sent before this page can keep it is held until then.
let early = null;
let ready = false;
document.addEventListener('submit', (e) => {
  if (ready || !e.target.matches('form[data-queue]')) return;
  e.preventDefault();
  e.stopImmediatePropagation();
  early = [e.target, e.submitter];
}, true);

// Numbers with a unit: a value that is more likely a slip is asked about at once; the server asks again.
const unlikely = (field) => {
  const [low, high] = field.dataset.usual.split(' ').map(Number);
  const value = Number(field.value.normalize('NFKC').replace(/[\s,]/g, (c) => (c === ',' ? '.' : '')));
  const box = field.closest('label, .field') || field.parentNode;
  const old = box.querySelector('.asked');
  if (!field.value.trim() || Number.isNaN(value) || (value >= low && value <= high)) {
    old?.remove();
    return;
  }
  const note = old || make('span', { className: 'asked' });
  if (!old) {
    note.setAttribute('role', 'status');
    box.append(note);
  }
  note.textContent = say(field.dataset.ask, field.value.trim());
};
document.addEventListener('input', (e) => e.target instanceof Element && e.target.matches('[data-usual]') && unlikely(e.target));

// Undo is believed at once and done behind it; where it is refused, the page says why.
document.addEventListener('submit', async (e) => {
  const form = e.target;
  const toast = form.closest('[data-toast]');
  if (!toast) return;
  e.preventDefault();
  e.stopImmediatePropagation();
  const body = new URLSearchParams(new FormData(form));
  toast.querySelector('span').textContent = kit.undone;
  form.remove();
  const answer = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'application/json' } }).catch(() => 0);
  const got = await answer?.json?.().catch(() => 0);
  if (answer?.ok && got?.to) location.assign(got.to);
  else toast.querySelector('span').textContent = say(kit.notUndone, got?.detail || kit.offline);
}, true);
all('[data-usual]').forEach(unlikely);

// The device belongs to who is signed in. Without a place to store things the forms are sent as ever.
const opening = (async () => {
  try {
    if (kit.who) await queue.own(kit.who, kit.lang);
    else await queue.items();
    return true;
  } catch {
    return false;
  }
})();

// One line under the header for what the device wants to say: waiting forms, a new version.
const bar = make('div', { className: 'waitbar', hidden: true });
bar.setAttribute('role', 'status');
document.querySelector('header.top')?.after(bar);
const lines = new Map();
const line = (name, ...content) => {
  lines.get(name)?.remove();
  lines.delete(name);
  if (content.length) {
    const p = make('p', {}, ...content);
    lines.set(name, p);
    bar.append(p);
  }
  bar.hidden = lines.size === 0;
};

const workers = 'serviceWorker' in navigator && kit.scopes ? kit.scopes.split(' ') : [];

// Signing out empties the device. What was not sent would be lost, so that is said first.
const forget = async (stored) => {
  if (stored) await queue.clear();
  if (self.caches) for (const name of await caches.keys()) await caches.delete(name);
  if (workers.length) for (const r of await navigator.serviceWorker.getRegistrations()) await r.unregister();
};
document.addEventListener('submit', async (e) => {
  const form = e.target;
  if (!form.matches('form[action^="/logout"]') || form.dataset.sure) return;
  e.preventDefault();
  e.stopImmediatePropagation();
  const stored = await opening;
  const left = stored ? (await queue.items()).length + (await queue.drafts.all()).length : 0;
  const leave = async () => {
    form.dataset.sure = '1';
    await forget(stored).catch(() => {});
    form.requestSubmit();
  };
  if (!left) return leave();
  const sure = make('button', { type: 'button', className: 'danger', textContent: kit.outSure });
  const stay = make('button', { type: 'button', textContent: kit.outStay });
  sure.addEventListener('click', leave);
  const keep = () => { line('out'); form.querySelector('button').focus(); };
  stay.addEventListener('click', keep);
  bar.addEventListener('keydown', (e) => e.key === 'Escape' && lines.has('out') && keep());
  line('out', make('span', { textContent: say(kit.outLeft, left) }), stay, sure);
  stay.focus();
}, true);

const stored = await opening;

// The installable program: its worker is asked for at the pages of work only, so that pages of people without a name never have one.
const offer = (registration) => {
  const ready = registration.waiting;
  if (!ready || !navigator.serviceWorker.controller) return;
  const now = make('button', { type: 'button', textContent: kit.updateNow });
  now.addEventListener('click', async () => {
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
    for (const r of await navigator.serviceWorker.getRegistrations()) r.waiting?.postMessage('take over');
  });
  line('update', make('span', { textContent: kit.update }), now);
};
for (const scope of kit.who ? workers : []) {
  navigator.serviceWorker.register('/sw.js', { scope }).then((registration) => {
    if (!location.pathname.startsWith(scope)) return;
    offer(registration);
    registration.addEventListener('updatefound', () => {
      const fresh = registration.installing;
      fresh?.addEventListener('statechange', () => fresh.state === 'installed' && offer(registration));
    });
  }, () => {}); // plain HTTP and some web views have none
}


// How many forms wait, on every page; which ones, on the page that lists them.
const list = document.querySelector('[data-waiting-list]');
const action = (text, act, tone = '') => {
  const button = make('button', { type: 'button', className: tone, textContent: text });
  button.addEventListener('click', act);
  return button;
};
// What cannot be brought back is deleted by the second press.
const dropper = (act) => {
  const button = action(kit.drop, () => {
    if (button.classList.contains('danger')) {
      act();
      return;
    }
    button.className = 'danger';
    button.textContent = kit.dropSure;
  }, 'quiet');
  return button;
};
const entry = (title, note, ...buttons) => {
  const p = make('p', { className: 'actions' }, ...buttons);
  return make('li', {}, make('b', { textContent: title }), ' ', make('span', { className: 'meta', textContent: note }), p);
};
let signIn = false;
async function show() {
  if (!stored) return;
  let items, drafts;
  try {
    items = await queue.items();
    drafts = await queue.drafts.all();
  } catch { // signed out in another window, which empties the device
    return;
  }
  const held = items.filter((i) => i.state === 'held').length;
  if (items.length && !list) {
    const text = held ? say(held === 1 ? kit.heldOne : kit.heldMany, held) : say(items.length === 1 ? kit.waitOne : kit.waitMany, items.length);
    line('wait', make('span', { textContent: navigator.onLine ? text : kit.offline + ' ' + text }), make('a', { href: '/waiting', textContent: kit.waitShow }));
  } else if (!navigator.onLine) line('wait', make('span', { textContent: kit.offline }));
  else line('wait');
  if (!list) return;
  const moment = (at) => new Date(at).toLocaleString(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });
  const rows = items.map((i) => entry(i.title, i.state === 'held' ? say(kit.held, i.why || kit.lost) : say(signIn ? kit.needsSignIn : kit.waits, moment(i.at)),
    ...(i.state === 'held' ? [action(kit.open, async () => { await queue.reopen(i.n); location.href = i.page; }, 'primary')] : []),
    dropper(() => queue.remove(i))));
  rows.push(...drafts.map((d) => entry(d.title, say(kit.draft, moment(d.at)),
    action(kit.goOn, () => { location.href = d.page; }), dropper(async () => { await queue.drafts.drop(d.id); show(); }))));
  list.replaceChildren(...rows);
  const none = document.querySelector('[data-waiting-none]');
  if (none) none.hidden = rows.length > 0;
}

// Sending what waits: at once, when the network comes back, and again after a while, with a pause that grows and differs.
let pause = 0;
let timer;
async function flush() {
  if (!stored) return;
  clearTimeout(timer);
  const done = await queue.flush().catch(() => []);
  signIn = done.some((d) => d.is === 'signin');
  const sent = done.filter((d) => d.is === 'sent');
  if (sent.length) line('sent', make('span', { textContent: say(kit.sent, sent.map((d) => d.title).join('; ')) }));
  if (signIn) line('signin', make('span', { textContent: kit.needsSignIn }), make('a', { href: '/login', textContent: kit.signIn }));
  else line('signin');
  await show();
  if (done.at(-1)?.is === 'later') {
    pause = Math.min(pause ? pause * 2 : 4000, 300000);
    timer = setTimeout(flushNow, pause * (0.5 + Math.random()));
  } else pause = 0;
  return done;
}
// A page that is being left reads nothing more.
let leaving = false;
addEventListener('pagehide', () => { leaving = true; });
addEventListener('pageshow', () => { leaving = false; });
const unlessLeft = (what) => () => what().catch((e) => { if (!leaving) throw e; });
const showNow = unlessLeft(show);
const flushNow = unlessLeft(flush);
addEventListener('online', () => { pause = 0; flushNow(); });
addEventListener('offline', showNow);
document.addEventListener('visibilitychange', () => document.hidden || flushNow());
queue.heard.add(showNow);
showNow();
flushNow();

// Forms that may wait. Every field and every photo is kept on the device as soon as it is there.
const known = new WeakMap(); // file → what is kept of it
async function keep(form) {
  const fields = [];
  const files = [];
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string') {
      fields.push([name, value]);
      continue;
    }
    if (!value.size) continue;
    if (!known.has(value)) known.set(value, await keepFile(name, value));
    files.push(known.get(value));
  }
  return { id: form.dataset.draftId, title: form.dataset.queue, page: location.pathname + location.search, fields, files, at: Date.now() };
}
async function keepFile(field, file) {
  const id = self.crypto.randomUUID?.() || String(Math.random()).slice(2) + Date.now();
  await queue.drafts.keepFile({ id, type: file.type, name: file.name, bytes: await file.arrayBuffer() });
  return { id, field };
}
const untyped = (form) => all('textarea, input, select', form).every((f) => {
  if (f.type === 'hidden') return true;
  if (f.type === 'file') return !f.files.length;
  if (/checkbox|radio/.test(f.type)) return f.checked === f.defaultChecked;
  if (f.tagName === 'SELECT') return [...f.options].every((o) => o.selected === o.defaultSelected);
  return f.value === f.defaultValue;
});

async function waits(form) {
  // one draft for every thing that the form is about: its address, and the hidden field that names the place where there is one
  form.dataset.draftId = new URL(form.action).pathname + (form.elements.place?.type === 'hidden' ? ' ' + form.elements.place.value : '');
  let saving = Promise.resolve();
  let held = false; // sent or given up: nothing more is kept
  let pressed = false;
  const save = () => (saving = saving.then(async () => {
    if (held) return;
    const draft = await keep(form);
    const had = await queue.drafts.get(draft.id);
    if (untyped(form) && !had) return;
    await queue.drafts.put(draft);
    const left = (had?.files || []).filter((f) => !draft.files.some((g) => g.id === f.id));
    for (const f of left) await queue.drafts.dropFile(f.id);
    form.dataset.kept = String(draft.at);
    note.textContent = kit.kept;
  }).catch(() => {}));
  const note = make('p', { className: 'meta kept' });
  note.setAttribute('aria-live', 'polite');
  (form.querySelector('.bar') || form.lastElementChild).after(note); // below the button, which so stays where somebody is about to press

  const old = await queue.drafts.get(form.dataset.draftId);
  if (old && !('answered' in form.dataset) && untyped(form)) {
    const drop = async () => {
      held = true;
      await saving;
      await queue.drafts.drop(old.id);
      location.reload();
    };
    // nothing is kept before everything is back: a form half restored would be kept without its photos
    saving = restore(form, old, drop).catch(() => {});
  }

  let soon;
  form.addEventListener('input', () => { clearTimeout(soon); soon = setTimeout(save, 250); });
  ['change', 'chosen'].forEach((t) => form.addEventListener(t, save));
  if (!untyped(form)) save(); // typed before this script was there
  addEventListener('pagehide', save);
  document.addEventListener('visibilitychange', () => document.hidden && save());

  form.addEventListener('submit', async (e) => {
    if (form.dataset.plain) return;
    e.preventDefault();
    if (pressed) return;
    pressed = true;
    clearTimeout(soon);
    for (let last; last !== saving;) {
      last = saving;
      await last;
    }
    held = true; // from here on nothing else writes
    const draft = await keep(form);
    if (e.submitter?.name) draft.fields.push([e.submitter.name, e.submitter.value]);
    const n = await queue.add({ who: kit.who, draft: draft.id, line: draft.id, title: draft.title, page: draft.page, action: form.action,
      token: form.elements._token.value, multipart: form.enctype === 'multipart/form-data', fields: draft.fields, files: draft.files });
    // a round that was under way did not know of it
    const mine = (await flush())?.find((d) => d.n === n) || (await flush())?.find((d) => d.n === n);
    if (mine?.is === 'sent') {
      location.assign(mine.to);
      return;
    }
    if (mine?.is === 'held') { // the page itself shows best what is wrong
      await queue.reopen(n);
      form.dataset.plain = '1';
      if (e.submitter?.name) form.append(make('input', { type: 'hidden', name: e.submitter.name, value: e.submitter.value }));
      form.submit();
      return;
    }
    navigator.serviceWorker?.ready.then((r) => r.sync?.register('send')).catch(() => {});
    const box = make('section', { className: 'panel', tabIndex: -1 }, make('div', {}, make('h2', { textContent: kit.queued }),
      make('p', { textContent: signIn ? kit.needsSignIn : kit.queuedText }), make('p', { className: 'actions' }, make('a', { href: '/waiting', textContent: kit.waitShow }))));
    if (form.dataset.back) box.querySelector('.actions').prepend(make('a', { className: 'button primary', href: form.dataset.back, textContent: form.dataset.backText }));
    box.setAttribute('role', 'status');
    form.replaceWith(box);
    box.focus();
  });
}

// Of a photo it is asked when it was taken and what it shows: each new tile gets its fields, with the time at which it was chosen, or with what was
// said of it before.
all('[data-photos][data-zone]').forEach((box) => {
  let at = '';
  box.addEventListener('change', (e) => {
    if (e.target.type === 'file') at = new Date().toLocaleString('sv', { timeZone: box.dataset.zone, dateStyle: 'short', timeStyle: 'short' }).replace(' ', 'T');
  }, true);
  box.addEventListener('chosen', () => all('.tile:not(.add)', box).filter((tile) => !tile.querySelector('.said')).forEach((tile) => {
    const said = box.querySelector('template').content.cloneNode(true);
    const [time, point] = said.querySelectorAll('input');
    time.value = box.was?.[0].shift() ?? at;
    point.value = box.was?.[1].shift() ?? '';
    tile.append(said);
  }));
});

// What was written here before comes back, with its photos; it can be thrown away.
async function restore(form, draft, drop) {
  form.prepend(make('p', { className: 'restored' }, make('span', { textContent: kit.restored }), ' ', dropper(drop)));
  const values = new Map();
  draft.fields.forEach(([name, value]) => values.set(name, [...(values.get(name) || []), value]));
  for (const field of form.elements) {
    if (!field.name || /hidden|file|submit|button/.test(field.type)) continue;
    const found = values.get(field.name) || [];
    if (/checkbox|radio/.test(field.type)) field.checked = found.includes(field.value);
    else if (found.length) field.value = found.shift();
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
  for (const name of new Set(draft.files.map((f) => f.field))) {
    const input = form.elements.namedItem(name);
    const mine = draft.files.filter((f) => f.field === name);
    const kept = await queue.drafts.files(mine.map((f) => f.id));
    const transfer = new DataTransfer();
    kept.forEach((f) => {
      const file = new File([f.bytes], f.name, { type: f.type, lastModified: 0 });
      known.set(file, mine.find((m) => m.id === f.id));
      transfer.items.add(file);
    });
    input.files = transfer.files;
    const box = input.closest('[data-zone]');
    if (box) box.was = ['_at', '_point'].map((part) => values.get(name + part) || []);
    input.dispatchEvent(new Event('change', { bubbles: true }));
  }
}
const holding = stored ? all('form[data-queue]').map((form) => waits(form).catch(() => {})) : [];
Promise.all(holding).then(() => {
  ready = true;
  early?.[0].requestSubmit(early[1]);
});

// Forms that were opened with a network can be opened without one for a day. They leave the device with the account.
async function carry(form) {
  const cache = await caches.open('carried');
  for (const old of await cache.keys()) {
    const made = Date.parse((await cache.match(old, { ignoreVary: true })).headers.get('Date'));
    if (!(Date.now() - made < 86400000)) await cache.delete(old);
  }
  const copy = await fetch(location.href, { headers: { 'X-Background': '1' } }).catch(() => 0);
  if (copy?.ok && !copy.redirected) await cache.put(location.href, copy);
  form.dataset.carried = '';
}
const form = document.querySelector('form[data-queue]:not([data-answered])');
if (stored && kit.who && self.caches && workers.length && form && navigator.onLine) carry(form).catch(() => {});

// Taking a voice apart: what is marked in its words becomes the text of the next free part, and is shown in the part's color.
const texts = () => all('.onepart textarea');
const when = (type, selector, act) => document.addEventListener(type, (e) => {
  const at = e.target instanceof Element && e.target.closest(selector);
  if (at) act(at);
});
function colors() {
  const whole = document.querySelector('[data-whole]');
  if (!whole) return;
  whole.parentElement.hidden = false;
  const text = whole.textContent;
  const taken = [];
  texts().forEach((field, n) => field.value.split('\n').forEach((line) => {
    const at = line.trim() ? text.indexOf(line.trim()) : -1;
    const end = at + line.trim().length;
    if (at >= 0 && !taken.some((t) => at < t.end && end > t.at)) taken.push({ at, end, n });
  }));
  let from = 0;
  const pieces = [];
  taken.sort((a, b) => a.at - b.at).forEach(({ at, end, n }) => {
    pieces.push(text.slice(from, at), make('mark', { className: `p${n % 4}`, textContent: text.slice(at, end) }));
    from = end;
  });
  whole.replaceChildren(...pieces, text.slice(from));
}
when('click', '[data-mark]', (button) => {
  const chosen = getSelection();
  const note = button.parentElement.querySelector('[role=status]');
  const words = chosen.rangeCount && document.querySelector('[data-whole]').contains(chosen.getRangeAt(0).commonAncestorContainer) ? chosen.toString().trim() : '';
  const n = texts().findIndex((t) => !t.value.trim());
  note.textContent = !words ? note.dataset.none : n < 0 ? note.dataset.full : say(note.dataset.done, n + 1);
  if (!words || n < 0) return;
  texts()[n].value = words;
  chosen.removeAllRanges();
  colors();
});
when('click', '[data-unmark]', () => {
  texts().forEach((t) => { t.value = ''; });
  colors();
});
when('input', '.onepart textarea', colors);
new MutationObserver(() => document.querySelector('[data-whole]')?.parentElement.hidden && colors()).observe(document.body, { childList: true, subtree: true });
colors();
// A whole route is taken along: its own page and the form of every place that is still to be seen. Beside each place stands what this
// device has of it.
async function takeRoute(route) {
  const note = make('p', { className: 'meta' });
  note.setAttribute('role', 'status');
  const links = all('.stops a.button').map((a) => a.href);
  const take = action(route.dataset.take, async () => {
    take.disabled = true;
    note.textContent = route.dataset.taking;
    const cache = await caches.open('carried');
    let got = 0;
    for (const page of [...links, location.href]) {
      const copy = await fetch(page, { headers: { 'X-Background': '1' } }).catch(() => 0);
      if (!copy?.ok || copy.redirected) continue;
      await cache.put(page, copy);
      if (page !== location.href) got += 1;
    }
    take.disabled = false;
    note.textContent = say(got === links.length ? route.dataset.taken : route.dataset.missed, got);
    if (got === links.length) route.dataset.carried = String(got);
  }, 'primary');
  route.append(take, note);
  const marks = async () => {
    const waiting = (await queue.items()).map((i) => i.draft);
    const begun = (await queue.drafts.all()).map((d) => d.id);
    for (const stop of all('.stops [data-place]')) {
      stop.querySelector('.here')?.remove();
      const id = '/visits/new ' + stop.dataset.place;
      const text = waiting.includes(id) ? route.dataset.waits : begun.includes(id) ? route.dataset.draft : '';
      if (text) stop.firstElementChild.append(make('p', { className: 'here', textContent: text }));
    }
  };
  queue.heard.add(unlessLeft(marks));
  await marks();
}
const route = document.querySelector('[data-route]');
if (stored && kit.who && self.caches && workers.length && route) takeRoute(route).catch(() => {});
