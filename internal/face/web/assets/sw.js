// The service worker of staff pages. It keeps the program's own files and one page that says what waits. Of pages of work it shows only
// forms that this account has opened and the device carries along, which the page has put aside. The first line, which the server writes, names the version, the files and the page in each language.
/* global version, files, waiting, queueFile */
importScripts(queueFile);
const cacheName = 'files-' + version;

self.addEventListener('install', (e) => {
  e.waitUntil((async () => {
    const cache = await caches.open(cacheName);
    await cache.addAll(files);
    // without the cookie: the page names nobody
    await Promise.all(Object.values(waiting).map(async (page) => cache.put(page, await fetch(page, { credentials: 'omit', cache: 'no-store' }))));
  })());
});

self.addEventListener('activate', (e) => {
  e.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== cacheName && name !== 'carried') await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener('message', (e) => {
  if (e.data === 'take over') self.skipWaiting();
});

const waits = async () => {
  const lang = (await self.queue.lang().catch(() => null))?.lang;
  return (await caches.match(waiting[lang] || waiting.zh, { ignoreVary: true })) || Response.error();
};

self.addEventListener('fetch', (e) => {
  const { request } = e;
  const { pathname, origin } = new URL(request.url);
  if (request.method === 'POST' && request.mode === 'navigate' && origin === location.origin) {
    const copy = request.clone();
    e.respondWith(fetch(request).catch(async (lost) => {
      if (await self.queue.take(copy).catch(() => false)) return waits();
      throw lost;
    }));
    return;
  }
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (pathname.startsWith('/assets/')) {
    e.respondWith((async () => {
      const kept = await caches.match(request, { ignoreVary: true });
      if (kept) return kept;
      const answer = await fetch(request);
      if (answer.ok) (await caches.open(cacheName)).put(request, answer.clone());
      return answer;
    })());
    return;
  }
  if (request.mode === 'navigate') {
    e.respondWith(fetch(request).catch(async () => {
      const carried = await caches.match(request.url, { cacheName: 'carried', ignoreVary: true });
      return carried || waits();
    }));
  }
});

// The network is back while no page is open.
self.addEventListener('sync', (e) => {
  if (e.tag === 'send') e.waitUntil(self.queue.flush());
});
