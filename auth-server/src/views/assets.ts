/** The few files of the account pages, read once: no path of a request reaches the file system. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Response, Router } from 'express';

const file = (name: string): Buffer => readFileSync(join(import.meta.dirname, name));

/** The portal's own typeface: one look. */
const FONT = createRequire(import.meta.url).resolve(
  '@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2',
);

/** https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#styling */
const SMART_STYLE = JSON.stringify({
  color_background: '#f5f7f8',
  color_error: '#b3261e',
  color_highlight: '#0a5c68',
  color_modal_backdrop: '',
  color_success: '#1c6b3b',
  color_text: '#14212b',
  dim_border_radius: '10px',
  dim_font_size: '17px',
  dim_spacing_size: '16px',
  font_family_body: 'system-ui, sans-serif',
  font_family_heading: 'system-ui, sans-serif',
});

export function assets(): Router {
  const router = Router();
  for (const [path, name, type] of [
    ['/style.css', 'style.css', 'text/css; charset=utf-8'],
    ['/account.js', 'account.js', 'text/javascript; charset=utf-8'],
    ['/icon.svg', 'icon.svg', 'image/svg+xml'],
  ] as const) {
    const bytes = file(name);
    router.get(path, (_request, response) => send(response, bytes, type));
  }
  const font = readFileSync(FONT);
  router.get('/font.woff2', (_request, response) => send(response, font, 'font/woff2'));
  router.get('/smart-style.json', (_request, response) => {
    response.set('Access-Control-Allow-Origin', '*').type('json').send(SMART_STYLE);
  });
  return router;
}

function send(response: Response, bytes: Buffer, type: string): void {
  response.writeHead(200, {
    'Content-Type': type,
    'Cache-Control': 'public, max-age=300',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(bytes);
}
