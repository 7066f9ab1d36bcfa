// What tests import from 'node:fs' when they run on a page: stored values come from the server.
export function readFileSync(file: URL): string {
  const request = new XMLHttpRequest();
  request.open('GET', file.href, false);
  request.send();
  if (request.status !== 200) throw new Error(`${file.pathname}: ${request.status}`);
  return request.responseText;
}
