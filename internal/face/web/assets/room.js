// A meeting in two windows. What the recorder words is shown while he writes; the screen follows whatever he does.

// The recorder: the wording goes out when the hand rests.
const form = document.querySelector('form[data-say]');
if (form) {
  const words = form.querySelector('textarea[name="text"]');
  let last = words.value;
  let timer;
  const send = async () => {
    if (words.value === last) return;
    const text = words.value;
    const body = new URLSearchParams({ _token: form.querySelector('[name="_token"]').value, item: form.querySelector('[name="item"]').value, act: 'word', text });
    const answer = await fetch(form.action, { method: 'POST', body, redirect: 'manual', headers: { 'X-Background': '1' } }).catch(() => 0);
    if (answer) last = text;
  };
  words.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(send, 500);
  });
  words.addEventListener('blur', send);
}

// The screen.
if (document.querySelector('[data-screen]')) {
  const screen = () => document.querySelector('[data-screen]');
  let after = new URL(screen().dataset.screen, location).searchParams.get('after');
  let asked;
  let pause = 0;
  let source;
  const look = async () => {
    asked = null;
    const answer = await fetch(location.href, { headers: { 'X-Background': '1' } }).catch(() => 0);
    if (!answer?.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-screen]');
    if (fresh) screen().replaceChildren(...document.importNode(fresh, true).childNodes);
  };
  const listen = () => {
    const address = new URL(screen().dataset.screen, location);
    address.searchParams.set('after', after);
    source = new EventSource(address);
    source.addEventListener('open', () => { pause = 0; });
    source.addEventListener('changed', (e) => {
      after = e.lastEventId || after;
      asked ||= setTimeout(look, 50);
    });
    source.addEventListener('out', () => source.close());
    source.addEventListener('error', () => {
      source.close();
      pause = Math.min(pause ? pause * 2 : 1000, 30000);
      setTimeout(() => { look(); listen(); }, pause);
    });
  };
  listen();
}
