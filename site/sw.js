// Keeps what the playground needs, for use without a network. What is fresh comes from the network wherever there is one.
const name = 'pastina-VERSION';

addEventListener('install', () => skipWaiting());

addEventListener('activate', (event) => event.waitUntil((async () => {
  for (const key of await caches.keys()) if (key.startsWith('pastina-') && key !== name) await caches.delete(key);
  await clients.claim();
})()));

// The page says what it was made of before this worker saw it.
addEventListener('message', (event) => event.waitUntil((async () => {
  await (await caches.open(name)).addAll(event.data);
  event.source.postMessage('kept');
})()));

addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  if (method !== 'GET' || new URL(url).origin !== location.origin) return;
  event.respondWith((async () => {
    const cache = await caches.open(name);
    try {
      const response = await fetch(event.request);
      if (response.ok) await cache.put(event.request, response.clone());
      return response;
    } catch {
      return (await cache.match(url, { ignoreVary: true })) ?? Response.error();
    }
  })());
});
