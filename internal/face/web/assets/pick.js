// Fields for one of very many: what is found is offered while one types, as a combobox with a list. Without this file the form itself
// finds: see picker.go.

const say = (text, ...args) => (text || '').replace(/\{(\d)\}/g, (_, n) => String(args[Number(n)] ?? ''));

let n = 0;
const enhance = (box) => {
  if (box.dataset.ready) return;
  box.dataset.ready = '1';
  n++;
  const { picker, name, none, count, more } = box.dataset;
  const off = (box.dataset.off || '').split(' ');
  const input = box.querySelector('input:not([type])');
  const list = Object.assign(document.createElement('ul'), { id: `${input.id}-list-${n}`, className: 'offers', hidden: true });
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', (box.querySelector('label[for], legend') || input).textContent.trim());
  const said = Object.assign(document.createElement('p'), { className: 'sr' });
  said.setAttribute('role', 'status');
  const frame = Object.assign(document.createElement('div'), { className: 'combo' });
  input.before(frame);
  frame.append(input, list, said);
  for (const [k, v] of Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': list.id })) input.setAttribute(k, v);

  let offers = [];
  let at = -1;
  let asked = 0;
  let timer = 0;
  let chosen = false;
  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const mark = (to) => {
    at = to;
    [...list.children].forEach((row, i) => row.setAttribute('aria-selected', String(i === at)));
    if (at < 0) return input.removeAttribute('aria-activedescendant');
    input.setAttribute('aria-activedescendant', list.children[at].id);
    list.children[at].scrollIntoView({ block: 'nearest' });
  };
  const tick = (offer) => { // one more of several
    const held = [...box.querySelectorAll('input[type=checkbox]')].find((b) => b.value === offer.v);
    if (held) {
      held.checked = true;
      return;
    }
    const label = Object.assign(document.createElement('label'), { className: 'tick' });
    const tickbox = Object.assign(document.createElement('input'), { type: 'checkbox', name, value: offer.v, checked: true });
    label.append(tickbox, Object.assign(document.createElement('span'), { textContent: offer.t }));
    box.querySelector('.chosen').append(label);
  };
  const choose = (offer) => {
    clearTimeout(timer);
    asked++;
    box.querySelector('[data-found]')?.remove();
    if (box.classList.contains('several')) {
      tick(offer);
      input.value = '';
    } else {
      input.value = offer.t;
    }
    close();
    said.textContent = offer.t;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  };
  const show = (got) => {
    offers = got.found.filter((o) => !off.includes(o.v));
    list.replaceChildren(...offers.map((o, i) => {
      const row = Object.assign(document.createElement('li'), { id: `${list.id}-${i}` });
      row.setAttribute('role', 'option');
      row.setAttribute('aria-selected', 'false');
      row.append(Object.assign(document.createElement('b'), { textContent: o.t }));
      if (o.n) row.append(Object.assign(document.createElement('small'), { textContent: o.n }));
      row.addEventListener('pointerdown', (e) => e.preventDefault());
      row.addEventListener('click', () => choose(o));
      return row;
    }));
    list.hidden = offers.length === 0;
    input.setAttribute('aria-expanded', String(offers.length > 0));
    mark(-1);
    said.textContent = offers.length === 0 ? none : say(count, offers.length) + (got.more ? ` ${more}` : '');
  };
  const ask = async () => {
    const q = input.value.trim();
    const mine = ++asked;
    if (!q) {
      close();
      said.textContent = '';
      return;
    }
    const to = new URL(picker, location.href);
    to.searchParams.set('q', q);
    const answer = await fetch(to, { headers: { Accept: 'application/json' } }).catch(() => null);
    const got = answer?.ok ? await answer.json().catch(() => null) : null;
    if (mine === asked && got && document.activeElement === input) show(got);
  };
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
  input.addEventListener('keydown', (e) => {
    if (e.isComposing) return; // an input method is choosing characters
    const open = !list.hidden;
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault();
      if (!open) return void ask();
      const step = e.key === 'ArrowDown' ? 1 : -1;
      mark(at < 0 && step < 0 ? offers.length - 1 : (at + step + offers.length) % offers.length);
    } else if (e.key === 'Enter' && open && at >= 0) {
      e.preventDefault();
      chosen = true;
      choose(offers[at]);
    } else if (e.key === 'Escape' && open) {
      e.preventDefault();
      e.stopPropagation();
      close();
    }
  });
  // Some ways of typing send the press of Enter by itself: it chooses and sends nothing.
  input.addEventListener('keypress', (e) => e.key === 'Enter' && chosen && e.preventDefault());
  input.addEventListener('keyup', () => { chosen = false; });
  input.addEventListener('blur', close);
};

// Parts of a page that are put in later have such fields too.
const all = () => document.querySelectorAll('[data-picker]').forEach(enhance);
all();
new MutationObserver(all).observe(document.body, { childList: true, subtree: true });
