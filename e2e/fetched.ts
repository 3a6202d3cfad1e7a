/** What a page fetches while something is done. */
import { gzipSync } from 'node:zlib';
import type { Page, Response } from 'playwright-core';

/** `app`, `fhir`: where they are served. Returns gzipped sizes of scripts, and plain ones of FHIR answers. */
export async function fetched(
  page: Page,
  { app, fhir }: { readonly app: string; readonly fhir: string },
  work: () => Promise<void>,
): Promise<{ scripts: number; fhir: number }> {
  const sizes = { scripts: 0, fhir: 0 };
  const seen = new Set<string>();
  const pending: Promise<void>[] = [];
  const listen = (response: Response): void => {
    const url = response.url();
    const isScript = url.startsWith(app) && url.endsWith('.js');
    if (!isScript && !url.startsWith(fhir)) return;
    // After the sign-in the same scripts come once more, from the browser's cache.
    if (isScript && seen.has(url)) return;
    seen.add(url);
    pending.push(
      response.body().then(
        (body) => {
          if (isScript) sizes.scripts += gzipSync(body).length;
          else sizes.fhir += body.length;
        },
        () => undefined,
      ),
    );
  };
  page.on('response', listen);
  await work();
  await page.waitForLoadState('networkidle');
  page.off('response', listen);
  await Promise.all(pending);
  return sizes;
}
