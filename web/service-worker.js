// Keeps the page and the models that were used, so that it works without a network.
// BUILD, FILES and MODELS stand above, written when the page is built: what a build is called, what it cannot do
// without, and the models that it knows.
// Stores belong to a server; other pages there, perhaps of this kind too, have their own.
const OURS = `scoreflow ${self.registration.scope} `;
const PAGE = `${OURS}page ${BUILD}`;
const KEPT = `${OURS}models`;

// All of a build or nothing: without a network the page is that of the last build that was kept whole.
self.addEventListener("install", (event) => {
  // Not from the browser's own store: it may hold the page of before.
  const files = FILES.map((file) => new Request(file, { cache: "no-cache" }));
  event.waitUntil(caches.open(PAGE).then((cache) => cache.addAll(files)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== PAGE && name !== KEPT);
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
  // These have the same name in every build. Engines and models change theirs with their content; what else stands in FILES
  // belongs to the store of a build.
  const timeless = event.request.mode === "navigate" || /\/(models\/index\.json|opening\.png)$/.test(address.pathname);
  event.respondWith(timeless ? freshest(event.request, address) : kept(event, address));
});

async function freshest(request, address) {
  try {
    return await fetch(request);
  } catch (lost) {
    // Only the page itself: pages in folders below have other addresses for everything.
    const home = address.pathname === new URL(self.registration.scope).pathname;
    const page = await caches.open(PAGE);
    const copy = await page.match(home ? "./" : request, { ignoreSearch: true });
    if (copy) return copy;
    throw lost;
  }
}

async function kept(event, address) {
  const copy = await caches.match(event.request);
  const model = address.pathname.endsWith(".safetensors");
  // The page says where a model came from.
  if (copy && model) return new Response(copy.body, { headers: { ...Object.fromEntries(copy.headers), "x-scoreflow": "kept" } });
  if (copy) return copy;
  const answer = await fetch(event.request);
  if (answer.ok && (model || /\/(engine|particles)-/.test(address.pathname))) {
    const whole = answer.clone();
    // Beside the answer, which the page reads as it comes. A full disk is no reason not to show anything.
    // Whoever has had it all forgotten does not want more to be kept.
    const put = caches.has(PAGE).then(async (keeps) => keeps && (await caches.open(model ? KEPT : PAGE)).put(event.request, whole));
    event.waitUntil(put.catch(() => undefined));
  }
  return answer;
}
