import { randomUUID, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { underLoad } from './load.ts';
import { bundles } from './data.ts';
import { startBare, startFhir, TOKEN } from './servers.ts';
const what = (process.argv[2] ?? 'read,search,create').split(',');
const seconds = Number(process.argv[3] ?? 4), conns = Number(process.argv[4] ?? 32);
const fhir = await startFhir(process.env.PROF ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${process.env.PROF}` } : {});
const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/fhir+json' };
console.log('start', fhir.startSeconds.toFixed(2), 'mem', Math.round(fhir.memory()));
const t = performance.now();
for (const body of bundles(10000, 10)) { const r = await fetch(fhir.base, { method: 'POST', headers, body }); if (!r.ok) throw new Error(await r.text()); await r.arrayBuffer(); }
console.log('fill/s', Math.round(10010 / (performance.now() - t) * 1000));
const query = `${fhir.base}/Observation?patient=p3&code=http://loinc.org|4548-4&_sort=-date&_count=20`;
const page = await (await fetch(query, { headers })).text();
const first = JSON.parse(page).entry[0].fullUrl;
const one = await (await fetch(first, { headers })).text();
const bare = await startBare([one, page]);
const io = () => { try { return Number(/write_bytes: (\d+)/.exec(readFileSync(`/proc/${(fhir as any).pid}/io`, 'utf8'))![1]); } catch { return NaN; } };
const obs = () => JSON.stringify({ resourceType: 'Observation', status: 'final', identifier: [{ system: 'urn:lab', value: randomUUID() }],
  category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
  code: { coding: [{ system: 'http://loinc.org', code: `${Math.floor(Math.random() * 3000)}-1`, display: 'Some laboratory test' }], text: 'A laboratory test' },
  subject: { reference: `Patient/p${Math.floor(Math.random() * 10)}` }, effectiveDateTime: new Date(Date.UTC(2000, 0, 1) + Math.random() * 25 * 365 * 86400e3).toISOString(), issued: new Date().toISOString(),
  valueQuantity: { value: Math.round(Math.random() * 1000) / 10, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' }, note: [{ text: randomBytes(450).toString('hex') }] });
const cpu = (pid: number) => { const f = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' '); return (Number(f[11]) + Number(f[12])) * 10000; };
const load = { connections: conns, seconds };
for (let round = 0; round < Number(process.argv[5] ?? 2); round++) {
  if (what.includes('read')) { const c0 = cpu(bare.pid); const b = await underLoad({ url: `${bare.base}/0`, ...load }); const c1 = cpu(bare.pid), c2 = cpu(fhir.pid); const r = await underLoad({ url: first, token: TOKEN, ...load }); const c3 = cpu(fhir.pid); console.log('CPU us', Math.round((c1-c0)/b.perSecond/seconds), Math.round((c3-c2)/r.perSecond/seconds), ((c1-c0)/b.perSecond/((c3-c2)/r.perSecond)).toFixed(3), 'read', Math.round(r.perSecond), 'bare', Math.round(b.perSecond), (r.perSecond / b.perSecond).toFixed(3), 'p99', r.p99, r.failed); }
  if (what.includes('search')) { const c0 = cpu(bare.pid); const b = await underLoad({ url: `${bare.base}/1`, ...load }); const c1 = cpu(bare.pid), c2 = cpu(fhir.pid); const r = await underLoad({ url: query, token: TOKEN, ...load }); const c3 = cpu(fhir.pid); console.log('CPU us', Math.round((c1-c0)/b.perSecond/seconds), Math.round((c3-c2)/r.perSecond/seconds), ((c1-c0)/b.perSecond/((c3-c2)/r.perSecond)).toFixed(3), 'search', Math.round(r.perSecond), 'bare', Math.round(b.perSecond), (r.perSecond / b.perSecond).toFixed(3), 'p99', r.p99, r.failed); }
  if (what.includes('create')) { const b = await underLoad({ url: bare.base, ...load, request: () => ({ method: 'POST', path: '/', body: obs() }) }); const w = io(), c2 = cpu(fhir.pid); const r = await underLoad({ url: fhir.base, token: TOKEN, ...load, request: () => ({ method: 'POST', path: '/fhir/Observation', body: obs() }) }); console.log('CPU us', Math.round((cpu(fhir.pid)-c2)/r.perSecond/seconds), 'create', Math.round(r.perSecond), 'bare', Math.round(b.perSecond), (r.perSecond / b.perSecond).toFixed(3), 'p99', r.p99, r.failed, 'KiB', Math.round((io() - w) / 1024 / (r.perSecond * seconds))); }
  if (what.includes('bundle')) { let i = 0; const body = () => JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: Array.from({ length: 100 }, () => ({ resource: JSON.parse(obs()), request: { method: 'POST', url: 'Observation' } })) }); const pre = Array.from({ length: 40 }, body); const c2 = cpu(fhir.pid); const r = await underLoad({ url: fhir.base, token: TOKEN, seconds, connections: 4, request: () => ({ method: 'POST', path: '/fhir', body: pre[i++ % 40]! }) }); console.log('CPU us per res', Math.round((cpu(fhir.pid)-c2)/r.perSecond/seconds/100), 'bundle res/s', Math.round(r.perSecond * 100), r.failed); }
}
await bare.close(); await fhir.close(); process.exit(0);
