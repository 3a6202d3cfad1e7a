/** Headers of the account pages. `form-action` names the app's origin, or Chromium would block the redirect that ends the last form. */
import type { ServerResponse } from 'node:http';

export function pageHeaders(response: ServerResponse, redirects: readonly string[] = []): void {
  const origins = redirects.flatMap((uri) => formTarget(uri) ?? []);
  response.setHeader(
    'Content-Security-Policy',
    [
      "default-src 'none'",
      "style-src 'self'",
      "script-src 'self'",
      "connect-src 'self'",
      "img-src 'self'",
      "font-src 'self'",
      `form-action 'self' ${origins.join(' ')}`.trim(),
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join('; '),
  );
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  // No opener policy: an app may open its sign-in in a window of its own, and waits for that to answer.
  response.setHeader('Permissions-Policy', 'camera=(), microphone=(), geolocation=()');
  // Not `no-referrer`: Chromium would then send `Origin: null` with our own forms, and the origin check could not know them.
  response.setHeader('Referrer-Policy', 'same-origin');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
}

function formTarget(uri: string): string | undefined {
  try {
    const url = new URL(uri);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.origin : url.protocol;
  } catch {
    return undefined;
  }
}
