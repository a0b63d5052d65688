// A tablet that many use one after the other: what somebody has left is forgotten when nobody has touched it for a while. A minute before, the page says so;
// any touch keeps it. Coming back to a page out of the browser's memory opens it anew.

const box = document.querySelector('[data-idle]');
const anew = () => location.replace(box.dataset.anew);
const idle = Number(box.dataset.idle) * 1000;
const warn = Math.min(idle / 2, 60000);
let timers = [];

const typed = () => [...document.querySelectorAll('main input, main textarea, main select')].some((f) => f.type !== 'hidden'
  && (f.type === 'radio' || f.type === 'checkbox' ? f.checked : f.value !== ''));

function touched() {
  timers.forEach(clearTimeout);
  box.hidden = true;
  timers = [setTimeout(() => { box.hidden = !typed(); }, idle - warn), setTimeout(() => { if (typed()) anew(); else touched(); }, idle)];
}

['pointerdown', 'keydown', 'input', 'scroll'].forEach((e) => addEventListener(e, touched, { passive: true, capture: true }));
addEventListener('pageshow', (e) => { if (e.persisted) anew(); });
touched();
