/** `npm run screenshots`: takes the pictures of the documentation again, from a freshly seeded clinic in a real browser. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openVisit, signIn } from '../e2e/portal-page.ts';
import { openBrowser, openWorld } from '../e2e/world.ts';

const folder = join(import.meta.dirname, '..', 'docs', 'images');
const sizes = { desk: { width: 1280, height: 860 }, phone: { width: 360, height: 740 } };

mkdirSync(folder, { recursive: true });
const world = await openWorld({ seeded: true });
const browser = await openBrowser();
try {
  for (const [name, size] of Object.entries(sizes)) {
    const visit = await openVisit(browser, size);
    const { page } = visit;
    const picture = async (of: string): Promise<void> => {
      await page.waitForFunction(`!document.querySelector('main [aria-busy=true]')`);
      await page.screenshot({ path: join(folder, `${of}-${name}.png`) });
      console.log(`docs/images/${of}-${name}.png`);
    };
    await signIn(world, visit, 'maria');
    await picture('dashboard');
    await page.getByRole('link', { name: 'Results', exact: true }).first().click();
    await page.getByRole('searchbox').fill('hba1c');
    await page.getByRole('link', { name: /HbA1c/ }).first().click();
    await page.locator('main svg[role=img]').waitFor();
    await picture('trend');
    await visit.context.close();
  }
} finally {
  await browser.close();
  await world.close();
}
