/** Serves a built app, portal or desk: files of its folder in dist/ by their exact names, the page itself for every other path, under a strict CSP. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { allowedHosts, MISDIRECTED } from '@wellspring/serving/allowed-hosts';
import express, { type Express, type Request, type Response } from 'express';
import type { ServeConfig } from './config.ts';
import { createOrigins } from './origins.ts';

interface Asset {
  readonly type: string;
  readonly cache: string;
  readonly plain: Buffer;
  readonly gzip: Buffer;
  readonly brotli: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/** `kind`: which of the two apps. Everything is read once: no path of a request ever reaches the file system. */
export function createApp(config: ServeConfig, kind: 'portal' | 'desk', folder: string): Express {
  const accounts = config.AUTH_ISSUER && new URL(config.AUTH_ISSUER).origin;
  const settings = JSON.stringify({
    fhirBaseUrl: config.FHIR_BASE_URL,
    clientId: kind === 'portal' ? config.CLIENT_ID : config.DESK_CLIENT_ID,
    redirectPath: config.REDIRECT_PATH,
    ...(accounts ? { accountUrl: `${accounts}/account/security`, signUpUrl: `${accounts}/sign-up` } : {}),
    clinicName: config.CLINIC_NAME,
    portalUrl: config.PORTAL_URL,
    deskUrl: config.DESK_URL,
    ...(kind === 'portal' && config.PAYMENT_URL ? { paymentUrl: config.PAYMENT_URL } : {}),
    ...(kind === 'desk' ? { serviceLevels: config.SERVICE_LEVEL_HOURS } : {}),
  });
  const assets = loadAssets(folder, settings, config.BRAND_ICON_FILE);
  const page = assets.get('/index.html');
  if (!page) throw new Error(`the ${kind} is not built (npm start builds it)`);
  const origins = createOrigins(config);
  const webSocket = new URL(config.FHIR_BASE_URL).origin.replace(/^http/, 'ws');
  // A patient tests both before a visit by video, on these pages alone: no frame, no other origin.
  const media = kind === 'portal' ? 'self' : '';
  const app = express();
  app.disable('x-powered-by');
  app.use(async (_request, response, next) => {
    response.setHeader('Content-Security-Policy', contentSecurityPolicy(await origins(), webSocket));
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Permissions-Policy', `camera=(${media}), microphone=(${media}), geolocation=()`);
    next();
  });
  const isAllowed = allowedHosts([config.PORTAL_URL, config.DESK_URL], config.ALLOWED_HOSTS);
  app.use('/healthz', (request, response, next) => {
    if (isAllowed(request)) return next();
    response.status(MISDIRECTED).type('text').send('This server is not known by that name.');
  });
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/config.json', (_request, response) => {
    response.set('Cache-Control', 'no-store').type('json').send(settings);
  });
  app.get(/.*/, (request, response) => {
    const asset = assets.get(request.path);
    if (!asset && extname(request.path) !== '') {
      response.status(404).type('text').send('There is no such file.');
      return;
    }
    send(request, response, asset ?? page);
  });
  return app;
}

function contentSecurityPolicy(origins: readonly string[], webSocket: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    // A PDF of the record, in the browser's own viewer.
    'frame-src blob:',
    `connect-src 'self' ${origins.join(' ')} ${webSocket}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The settings, as data that nothing runs: in the page, so that it need not ask for them. */
function withSettings(page: Buffer, settings: string): Buffer {
  const data = `<script type="application/json" id="config">${settings.replaceAll('<', '\\u003c')}</script>`;
  return Buffer.from(page.toString().replace('</head>', () => `${data}</head>`));
}

function loadAssets(folder: string, settings: string, icon: string | undefined): Map<string, Asset> {
  const found = new Map<string, Asset>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || !type) continue;
    const path = join(entry.parentPath, entry.name);
    const url = path.slice(folder.length).replaceAll('\\', '/');
    const file = readFileSync(url === '/icon.svg' && icon !== undefined ? icon : path);
    const plain = url === '/index.html' ? withSettings(file, settings) : file;
    found.set(url, {
      type,
      cache: url.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      plain,
      gzip: gzipSync(plain, { level: constants.Z_BEST_COMPRESSION }),
      brotli: brotliCompressSync(plain),
    });
  }
  return found;
}

function send(request: Request, response: Response, asset: Asset): void {
  const accepted = String(request.headers['accept-encoding'] ?? '');
  const packed = !asset.type.startsWith('font/');
  response.set({ 'Content-Type': asset.type, 'Cache-Control': asset.cache, Vary: 'Accept-Encoding' });
  if (packed && accepted.includes('br')) response.set('Content-Encoding', 'br').end(asset.brotli);
  else if (packed && accepted.includes('gzip')) response.set('Content-Encoding', 'gzip').end(asset.gzip);
  else response.end(asset.plain);
}
