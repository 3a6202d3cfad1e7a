/**
 * Opens the portal where there is no network: its own files and nothing else. No answer of the FHIR server or the auth-server ever comes near it, even where
 * they share an origin with the portal: what is not one of these files goes to the network untouched. Registered only where the person keeps a copy on the
 * device (copy.ts). The two names below are filled in by the build (vite.config.ts).
 */
const FILES = __FILES__;
const CACHE = 'wellspring-__VERSION__';

self.addEventListener('install', (event) => {
  const fresh = FILES.map((file) => new Request(file, { cache: 'reload' }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)));
  self.skipWaiting();
});

self.addEventListener('activate', (event) => {
  const others = caches.keys().then((names) => names.filter((name) => name !== CACHE));
  event.waitUntil(others.then((names) => Promise.all(names.map((name) => caches.delete(name)))));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(fetch(request).catch(() => caches.match('/')));
  else if (pathname.startsWith('/assets/') && FILES.includes(pathname))
    // Their names change with what is in them.
    event.respondWith(caches.match(pathname).then((found) => found ?? fetch(request)));
  else if (FILES.includes(pathname)) event.respondWith(fetch(request).catch(() => caches.match(pathname)));
});
