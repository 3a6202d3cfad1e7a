/**
 * What Wellspring is measured against: an Express server that does nothing but send given bytes (GET), or parse the JSON and insert it into
 * a durable SQLite table of one column (POST). Run as a process of its own: `node bare.ts PORT DATABASE PAYLOAD…`, payload i at `/i`.
 */
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import express from 'express';

const [port = '', database = '', ...files] = process.argv.slice(2);
const payloads = files.map((file) => readFileSync(file));
const db = new DatabaseSync(database);
db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE body (text TEXT) STRICT');
const insert = db.prepare('INSERT INTO body VALUES (?)');

const app = express();
app.disable('x-powered-by');
app.set('etag', false);
app.get('/healthz', (_request, response) => void response.end('ok'));
app.get('/:payload', (request, response) => {
  const bytes = payloads[Number(request.params.payload)];
  response.writeHead(bytes ? 200 : 404, {
    'Content-Type': 'application/fhir+json; charset=utf-8',
    'Content-Length': bytes?.length ?? 0,
  });
  response.end(bytes);
});
app.post('/', async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  JSON.parse(text);
  insert.run(text);
  response.writeHead(201, {
    'Content-Type': 'application/fhir+json',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
});
app.listen(Number(port), '127.0.0.1');
