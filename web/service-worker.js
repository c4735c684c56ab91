// Keeps the page and the models that were used, so that it works without a network.
// BUILD, FILES and MODELS stand above, written when the page is built: what a build is called, what it cannot do
// without, and the models that it knows.
const PAGE = `scoreflow-page-${BUILD}`;
const KEPT = "scoreflow-models";

// All of a build or nothing: without a network the page is that of the last build that was kept whole.
self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(PAGE).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("scoreflow-") && name !== PAGE && name !== KEPT);
    await Promise.all(old.map((name) => caches.delete(name)));
    const models = await caches.open(KEPT);
    const known = MODELS.map((model) => new URL(model, self.registration.scope).href);
    const unknown = (await models.keys()).filter((request) => !known.includes(request.url));
    await Promise.all(unknown.map((request) => models.delete(request)));
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  // These have the same name in every build; all other names change with the content.
  const timeless = event.request.mode === "navigate" || address.pathname.endsWith("/models/index.json");
  event.respondWith(timeless ? freshest(event.request) : kept(event.request, address));
});

async function freshest(request) {
  try {
    return await fetch(request);
  } catch (lost) {
    const page = await caches.open(PAGE);
    const copy = await page.match(request.mode === "navigate" ? "./" : request, { ignoreSearch: true });
    if (copy) return copy;
    throw lost;
  }
}

async function kept(request, address) {
  const copy = await caches.match(request);
  if (copy) return copy;
  const answer = await fetch(request);
  const model = address.pathname.endsWith(".safetensors");
  if (answer.ok && (model || address.pathname.includes("engine-"))) {
    // A full disk is no reason not to show anything.
    const cache = await caches.open(model ? KEPT : PAGE);
    await cache.put(request, answer.clone()).catch(() => undefined);
  }
  return answer;
}
