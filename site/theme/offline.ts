/**
 * Has the page and all that it needs kept by a service worker.
 *
 * @param base - where the site lies, with a slash at its end
 * @param kept - called when everything is there
 */
export async function keepForOffline(base: string, kept: () => void): Promise<void> {
  // Not there on pages that are not secure; without it the page works as long as there is a network.
  const container = (navigator as Partial<Navigator>).serviceWorker;
  if (container === undefined || import.meta.env.DEV) return;
  container.addEventListener('message', ({ data }) => {
    if (data === 'kept') kept();
  });
  await container.register(`${base}sw.js`);
  const { active } = await container.ready;
  const modules = (await (await fetch(`${base}play/files.json`)).json()) as readonly string[];
  const loaded = performance.getEntriesByType('resource').map((entry) => entry.name.split('#')[0] as string).filter((url) => url.startsWith(location.origin));
  active?.postMessage([...new Set([location.href.split('#')[0] as string, ...loaded, ...modules.map((file) => new URL(`${base}play/${file}`, location.href).href)])]);
}
