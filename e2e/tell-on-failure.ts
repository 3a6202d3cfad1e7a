/** What the pages show when a walk fails: a wait that ends says only what did not come. */
import { afterEach } from 'vitest';
import { openVisits } from './portal-page.ts';

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const { page, requests, errors } of openVisits) {
    const shown = await page.locator('body').innerText();
    process.stderr.write([page.url(), shown, ...requests.slice(-12), ...errors.slice(-6), ''].join('\n'));
  }
});
