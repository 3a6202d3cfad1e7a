/**
 * Opens the portal where there is no network: its own files and nothing else. No answer of the FHIR server or the auth-server ever comes near it, even where
 * they share an origin with the portal: what is not one of these files goes to the network untouched. Registered only where the person keeps a copy on the
 * device (copy.ts), or wants to be told of news there (push.ts). The two names below are filled in by the build (vite.config.ts).
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

/** What comes by Web Push says that there is something, and never what: the text is the server's, in the language that was chosen there. */
self.addEventListener('push', (event) => {
  const text = event.data?.json().text ?? 'There is something new.';
  event.waitUntil(self.registration.showNotification(text, { tag: 'news', icon: '/icon.svg' }));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const tabs = self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  // What is being written in an open one stays.
  event.waitUntil(tabs.then(([open]) => (open ? open.focus() : self.clients.openWindow('/inbox'))));
});
