import type { AddressInfo } from 'node:net';
import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createWebServer } from './web-server.ts';

/** What a browser is told by the server's answer. */
async function policyOf(method: string, path: string): Promise<string | null> {
  const app = express();
  app.get('/page', (_request, response) => {
    response.set('Content-Security-Policy', "default-src 'self'; frame-ancestors 'none'").send('own');
  });
  app.get('/fails', () => {
    throw new Error('unforeseen');
  });
  app.set('env', 'test');
  const web = createWebServer({
    handler: app,
    address: 'http://localhost/x',
    tls: undefined,
    onTlsFault: () => undefined,
    requestTimeout: 30_000,
  });
  onTestFinished(async () => {
    await new Promise((resolve) => web.server.close(resolve));
  });
  await web.listen(0, '127.0.0.1');
  const { port } = web.server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers: { Connection: 'close' } });
  await answer.text();
  return answer.headers.get('content-security-policy');
}

describe('X19 an answer that Express gives by itself', () => {
  it.each([
    ['POST', '/page'],
    ['GET', '/nothing'],
    ['GET', '/fails'],
    ['GET', '/%zz'],
  ])('is framed by nobody: %s %s', async (method, path) => {
    expect(await policyOf(method, path)).toContain("frame-ancestors 'none'");
  });

  it('and a page’s own policy stands', async () => {
    expect(await policyOf('GET', '/page')).toBe("default-src 'self'; frame-ancestors 'none'");
  });
});
