// Keeps what the portal's pages are made of, so that they open at once and without a network say so in words. It keeps
// nothing else: no answer of the portal, no image, no report ever comes from here.

const FILES = "/assets/"; // with the version the portal writes here
const KEPT = `scanshelf ${FILES}`;
const OFFLINE = `${FILES}web/offline.html`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll([OFFLINE, `${FILES}page.css`, `${FILES}app.svg`])));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOld().then(() => self.clients.claim()));
});

async function dropOld() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("scanshelf ") && name !== KEPT).map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (pathname.startsWith(FILES)) event.respondWith(kept(request));
  else if (request.mode === "navigate") event.respondWith(fetch(request).catch(offline));
});

/** The page that says so, at the address that was asked for: its style is named from there. */
async function offline() {
  const page = await (await caches.match(OFFLINE)).text();
  const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'none'; style-src 'self'" };
  return new Response(page.replace("../page.css", `${FILES}page.css`), { headers });
}

async function kept(request) {
  const known = await caches.match(request, { ignoreSearch: true });
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) (await caches.open(KEPT)).put(request, answer.clone());
  return answer;
}
