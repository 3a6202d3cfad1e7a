/** An app of somebody else, at an origin of its own: three static files on a loopback port, with fhirclient as its only knowledge of SMART. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface ThirdPartyApp {
  /** On 127.0.0.1: another site than the servers' localhost. */
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Begins a launch. `client` and `scope` come with the address; the FHIR server is `iss` when an EHR launches (fhirclient reads it, and `launch`, by
 * itself) and `server` when the app starts on its own.
 */
const LAUNCH = page(
  'Launch',
  '<p role="alert"></p>',
  `
const asked = new URL(location.href).searchParams;
FHIR.oauth2
  .authorize({
    clientId: asked.get('client'),
    scope: asked.get('scope'),
    iss: asked.get('iss') ?? asked.get('server'),
    redirectUri: '/app.html',
    pkceMode: 'required',
  })
  .catch((error) => { document.querySelector('[role=alert]').textContent = error.message; });`,
);

const APP = page(
  'App',
  `<h1 id="family"></h1>
<dl>
<dt>Patient</dt><dd id="patient"></dd>
<dt>Scope</dt><dd id="scope"></dd>
<dt>Encounter</dt><dd id="encounter"></dd>
<dt>Banner</dt><dd id="need_patient_banner"></dd>
<dt>Style</dt><dd id="smart_style_url"></dd>
</dl>
<label>Search <input id="search" value="Observation?_count=1000" size="60"></label>
<button type="button" id="refresh">Refresh, then search</button>
<p role="alert"></p>
<pre id="answer"></pre>
<pre id="token"></pre>`,
  `
const show = (id, text) => { document.getElementById(id).textContent = text; };
const fail = (error) => { document.querySelector('[role=alert]').textContent = error.message; };
function showToken({ state }) {
  const { tokenResponse } = state;
  for (const name of ['patient', 'scope', 'encounter', 'need_patient_banner', 'smart_style_url'])
    show(name, String(tokenResponse[name]));
  show('token', JSON.stringify(tokenResponse));
}
async function start() {
  const client = await FHIR.oauth2.ready();
  showToken(client);
  document.getElementById('refresh').onclick = () => refresh(client).catch(fail);
  const patient = await client.patient.read();
  show('family', patient.name[0].family);
}
async function refresh(client) {
  show('answer', '');
  await client.refresh();
  showToken(client);
  const search = document.getElementById('search').value;
  const answer = await client.request(search).then(
    (bundle) => ({ status: 200, bundle }),
    (error) => ({ status: error.statusCode ?? error.status, message: error.message }),
  );
  show('answer', JSON.stringify(answer));
}
start().catch(fail);`,
);

function page(title: string, body: string, script: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title><link rel="icon" href="data:,"></head>
<body>
${body}
<script src="/fhir-client.js"></script>
<script type="module">${script}
</script>
</body>
</html>`;
}

export async function startThirdPartyApp(): Promise<ThirdPartyApp> {
  const library = readFileSync(
    join(import.meta.dirname, '..', 'node_modules', 'fhirclient', 'build', 'fhir-client.js'),
  );
  const files = new Map<string, readonly [type: string, content: string | Buffer]>([
    ['/launch.html', ['text/html; charset=utf-8', LAUNCH]],
    ['/app.html', ['text/html; charset=utf-8', APP]],
    ['/fhir-client.js', ['text/javascript; charset=utf-8', library]],
  ]);
  const server = createServer((request, response) => {
    const file = files.get(new URL(request.url ?? '/', 'http://app').pathname);
    if (file) response.writeHead(200, { 'Content-Type': file[0] }).end(file[1]);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
