// Blind tokens (RFC 9474, RSABSSA-SHA384-PSS-Randomized): this device makes a random number, has it signed without showing it, and answers with it and
// without an account. What the number is stays on this device until the answer is sent. Own SHA-384 and BigInt, because a page without HTTPS has no
// crypto.subtle; random numbers come from the browser.

const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// ── arithmetic ──

const bytes = (n, k) => Uint8Array.from({ length: k }, (_, i) => Number((n >> BigInt(8 * (k - 1 - i))) & 255n));
const number = (b) => b.reduce((n, x) => (n << 8n) | BigInt(x), 0n);
const length = (n) => Math.ceil(n.toString(16).length / 2);
const random = (k) => crypto.getRandomValues(new Uint8Array(k));
const join = (...parts) => Uint8Array.from(parts.flatMap((p) => [...p]));
const write = (b) => btoa(String.fromCharCode(...b)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const read = (s) => Uint8Array.from(atob(s.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));

function power(b, e, n) {
  let out = 1n;
  for (b %= n; e > 0n; e >>= 1n, b = (b * b) % n) if (e & 1n) out = (out * b) % n;
  return out;
}

// The inverse of a modulo n, or 0 where there is none.
function inverse(a, n) {
  let [r, s, x, y] = [n, a % n, 0n, 1n];
  while (s) {
    const q = r / s;
    [r, s, x, y] = [s, r - q * s, y, x - q * y];
  }
  return r === 1n ? (x + n) % n : 0n;
}

// ── SHA-384 (FIPS 180-4) ──

const word = (1n << 64n) - 1n;
const primes = [];
for (let i = 2; primes.length < 80; i++) if (primes.every((p) => i % p)) primes.push(i);

// The first 64 bits of the fraction of a root of n.
function root(n, degree) {
  const goal = BigInt(n) << BigInt(64 * degree);
  let [low, high] = [0n, 1n << 72n];
  while (high - low > 1n) {
    const mid = (low + high) >> 1n;
    if (mid ** BigInt(degree) <= goal) low = mid; else high = mid;
  }
  return low & word;
}
let constants;

export function sha384(message) {
  constants ||= { k: primes.map((p) => root(p, 3)), h: primes.slice(8, 16).map((p) => root(p, 2)) };
  const turn = (x, n) => ((x >> n) | (x << (64n - n))) & word;
  const pad = new Uint8Array(((239 - (message.length % 128)) % 128) + 1);
  pad[0] = 128;
  const data = join(message, pad, bytes(BigInt(message.length * 8), 16));
  let h = constants.h;
  for (let at = 0; at < data.length; at += 128) {
    const w = Array.from({ length: 16 }, (_, i) => number(data.subarray(at + 8 * i, at + 8 * i + 8)));
    for (let i = 16; i < 80; i++) {
      const [x, y] = [w[i - 15], w[i - 2]];
      w[i] = (w[i - 16] + w[i - 7] + (turn(x, 1n) ^ turn(x, 8n) ^ (x >> 7n)) + (turn(y, 19n) ^ turn(y, 61n) ^ (y >> 6n))) & word;
    }
    let [a, b, c, d, e, f, g, z] = h;
    for (let i = 0; i < 80; i++) {
      const t = z + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (~e & g & word)) + constants.k[i] + w[i];
      const u = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [a, b, c, d, e, f, g, z] = [(t + u) & word, a, b, c, (d + t) & word, e, f, g];
    }
    h = [a, b, c, d, e, f, g, z].map((x, i) => (x + h[i]) & word);
  }
  return join(...h.slice(0, 6).map((x) => bytes(x, 8)));
}

// ── EMSA-PSS (RFC 8017, 9.1.1) with SHA-384 and MGF1 ──

export function encode(message, bits, salt) {
  const size = Math.ceil(bits / 8);
  const h = sha384(join(new Uint8Array(8), sha384(message), salt));
  const db = join(new Uint8Array(size - salt.length - h.length - 2), [1], salt);
  for (let i = 0; i * 48 < db.length; i++) {
    sha384(join(h, bytes(BigInt(i), 4))).forEach((x, j) => { if (i * 48 + j < db.length) db[i * 48 + j] ^= x; });
  }
  db[0] &= 255 >> (8 * size - bits);
  return join(db, h, [188]);
}

// ── blind signatures (RFC 9474, 4.2 and 4.4) ──

const e = 65537n;
const encoded = (n, message, salt) => number(encode(message, n.toString(2).length - 1, salt));

export const keyName = (n) => [...sha384(bytes(n, length(n))).subarray(0, 20)].map((b) => b.toString(16).padStart(2, '0')).join('');

// blind hides a message: salt and the inverse of the blinding number are given by tests only.
export function blind(n, message, salt = random(48), undo = 0n) {
  const m = encoded(n, message, salt);
  if (!inverse(m, n)) throw new Error('the modulus is none'); // a key that was made to look into the message
  let r = undo && inverse(undo, n);
  while (!r || !undo) {
    r = number(random(length(n)));
    undo = r < n ? inverse(r, n) : 0n;
  }
  return { blinded: bytes((m * power(r, e, n)) % n, length(n)), undo, salt };
}

// unblind lays the signature open and looks whether it is one; it throws where it is not.
export function unblind(n, message, salt, undo, signed) {
  const s = (number(signed) * undo) % n;
  if (power(s, e, n) !== encoded(n, message, salt)) throw new Error('signed otherwise');
  return bytes(s, length(n));
}

// ── what the device keeps ──

// On the disk before anything is sent: a phone that dies in between asks again for the same token.
const store = (mode, act) => new Promise((done, failed) => {
  const open = indexedDB.open('tokens', 1);
  open.onupgradeneeded = () => open.result.createObjectStore('tokens');
  open.onerror = () => failed(open.error);
  open.onsuccess = () => {
    const work = open.result.transaction('tokens', mode, { durability: 'strict' });
    const asked = act(work.objectStore('tokens'));
    work.oncomplete = () => {
      open.result.close();
      done(asked.result);
    };
    work.onabort = () => failed(work.error);
  };
});
export const kept = (at) => store('readonly', (s) => s.get(at));
export const places = () => store('readonly', (s) => s.getAllKeys());
const able = () => typeof BigInt === 'function' && !!self.indexedDB && !!self.crypto?.getRandomValues;
const keep = (at, what) => store('readwrite', (s) => s.put(what, at));
const place = (round, who) => `${round}/${who}`;

// app.js lets a form be sent once; this one stays.
function ready(form) {
  delete form.dataset.busy;
  all('.busy', form).forEach((b) => {
    b.classList.remove('busy');
    b.removeAttribute('aria-disabled');
  });
}

// ── the page that gets a token ──

const box = document.querySelector('[data-token-box]');
if (box) {
  const at = place(box.dataset.round, box.dataset.who);
  const fault = box.querySelector('[data-when=fault]');
  const show = (now) => all('[data-when]', box).forEach((n) => { n.hidden = n.dataset.when !== now; });
  const why = (text) => Object.assign(new Error(text), { why: text });
  const tell = async (text) => {
    const has = await kept(at);
    let now = 'had' in box.dataset ? 'lost' : 'get';
    if (has) now = has.done ? 'spent' : has.signature ? 'have' : 'get';
    show(now);
    fault.lastElementChild.textContent = text;
    fault.hidden = !text;
    if (text) fault.focus();
  };

  // The key comes as everybody gets it: without a cookie, from the page that everybody can read. Another key for one person would be noticed.
  async function key() {
    const answer = await fetch(box.dataset.from, { credentials: 'omit', cache: 'no-store' });
    if (!answer.ok) throw new Error('the page of keys is not there'); // that is no strange key
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const found = all('[data-n]', page).map((x) => number(read(x.dataset.n))).find((n) => keyName(n) === box.dataset.public);
    return found && found.toString(2).length >= 2048 ? found : 0n;
  }

  async function get(form) {
    const n = await key();
    if (!n) throw why(fault.dataset.strange);
    let has = await kept(at);
    if (!has || has.key !== box.dataset.public) {
      const message = join(random(32), random(32)); // a prefix, and the token
      const hidden = blind(n, message);
      has = { key: box.dataset.public, message: write(message), salt: write(hidden.salt), undo: hidden.undo.toString(16), blinded: write(hidden.blinded) };
      await keep(at, has).catch(() => { throw why('') }); // the disk of the device keeps nothing: nothing is asked for
    }
    const body = new URLSearchParams(new FormData(form));
    body.set('key', has.key);
    body.set('blinded', has.blinded);
    const answer = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'application/json' } });
    const said = await answer.json();
    if (!said.signature) throw why(said.fields?.[0]?.detail || said.detail);
    let signature;
    try {
      signature = unblind(n, read(has.message), read(has.salt), BigInt('0x' + has.undo), read(said.signature));
    } catch {
      throw why(fault.dataset.wrong);
    }
    await keep(at, { key: has.key, message: has.message, signature: write(signature) });
    await tell('');
    box.querySelector('[data-when=have] a').focus();
  }

  box.querySelector('form').addEventListener('submit', async (event) => {
    event.preventDefault();
    const form = event.target;
    await get(form).catch((e) => (e.why === '' ? show('off') : tell(e.why || fault.dataset.failed)));
    ready(form);
  });
  if (able()) tell('').catch(() => {}); // a browser that keeps nothing, or cannot count so far, has no token: the page says so already
}

// ── the page with the questions ──

// The token of this round: that of whoever came from his page, or the only one that the device has.
async function questions() {
  const form = document.querySelector('form[data-token-round]');
  if (!form) return;
  const mine = [];
  for (const p of await places()) {
    if (p.startsWith(place(form.dataset.tokenRound, '')) && (await kept(p)).signature) mine.push(p);
  }
  const came = place(form.dataset.tokenRound, location.hash.slice(1));
  const at = mine.includes(came) ? came : mine.length === 1 ? mine[0] : '';
  if (!at) return;
  form.dataset.tokenAt = at;
  all('[data-token-held]').forEach((n) => { n.hidden = false; });
  all('[name=code]', form).forEach((n) => { n.closest('.field').hidden = true; });
}

document.addEventListener('submit', async (event) => {
  const form = event.target;
  const at = form.dataset.tokenAt;
  if (!at || event.defaultPrevented) return; // a code, or nothing
  event.preventDefault();
  const fault = document.querySelector('[data-token-failed]');
  fault.hidden = true;
  try {
    const body = form.enctype === 'multipart/form-data' ? new FormData(form) : new URLSearchParams(new FormData(form));
    const token = await kept(at);
    body.set('code', '');
    body.set('token', token.message);
    body.set('signature', token.signature);
    const answer = await fetch(form.action, { method: 'POST', body, credentials: 'omit', cache: 'no-store' }); // nobody's cookie goes along
    const main = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main');
    if (!answer.ok && !main.querySelector('form')) throw new Error('refused'); // what was filled in stays where it is
    if (main.querySelector('[data-spent]')) await keep(at, { done: 1 }); // and the token is forgotten
    document.querySelector('main').replaceChildren(...main.children);
    document.dispatchEvent(new Event('drawn')); // app.js looks after the photos of these questions too
    all('form[data-token-round]').forEach((n) => { n.dataset.tokenAt = at; }); // at once: somebody may press before the device has been asked
    await questions();
    scrollTo(0, 0);
    const first = document.querySelector('[data-focus], main h1');
    first.tabIndex = -1;
    first.focus();
  } catch { // nothing came back: the same token is sent again, and counts once
    fault.hidden = false;
    fault.focus();
    ready(form);
  }
});
questions().catch(() => {});
