/** The session and the device: what was typed outlives a reload and an expired sign-in, the last-seen record a lost network; and all of it in Spanish. */
import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './accessible.ts';
import { openPage, openVisit, picture, signIn } from './portal-page.ts';
import { openBrowser, openWorld, PASSWORD, type World } from './world.ts';

let world: World;
let browser: Browser;
const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 900 };

beforeAll(async () => {
  // A short cache, so that the test of a revoked token need not wait out the minute that is allowed.
  world = await openWorld({ seeded: true, env: { INTROSPECTION_CACHE_SECONDS: '1' } });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

/** Everything that the browser keeps for the portal, as text. */
const kept = async (page: Page): Promise<string> =>
  String(
    await page.evaluate(`(async () => {
      const open = await new Promise((done, fail) => {
        const request = indexedDB.open('wellspring');
        request.onsuccess = () => done(request.result);
        request.onerror = () => fail(request.error);
      });
      if (!open.objectStoreNames.contains('items')) return '';
      const all = await new Promise((done) => {
        const request = open.transaction('items').objectStore('items').getAll();
        request.onsuccess = () => done(request.result);
      });
      open.close();
      const texts = all.map(({ sealed }) => new TextDecoder('latin1').decode(sealed));
      return JSON.stringify([texts, { ...localStorage }, { ...sessionStorage }]);
    })()`),
  );

async function writeMessage(page: Page, text: string): Promise<void> {
  await openPage(world, page, '/messages/new', 'Write a message');
  await page.getByLabel('About').fill('A question');
  await page.getByLabel('Message', { exact: true }).fill(text);
  await page.waitForTimeout(600);
}

describe('what was being written', () => {
  it('is there again after a reload, sealed in the meantime, and gone when it was sent', async () => {
    const { page, context } = await openSignedIn('linda', DESK);
    await writeMessage(page, 'My left knee is swollen.');
    expect(await kept(page)).not.toContain('knee');
    await page.reload();
    await page.getByLabel('Message', { exact: true }).waitFor();
    expect(await page.getByLabel('Message', { exact: true }).inputValue()).toBe('My left knee is swollen.');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('heading', { name: 'Messages', level: 1 }).waitFor();
    await page.waitForTimeout(600);
    await openPage(world, page, '/messages/new', 'Write a message');
    expect(await page.getByLabel('Message', { exact: true }).inputValue()).toBe('');
    await context.close();
  });

  it('outlives a sign-in that ends in the middle of it, and is nobody else’s', async () => {
    const visit = await openSignedIn('linda', DESK);
    const { page } = visit;
    await writeMessage(page, 'I can not sleep.');
    const configuration = await fetch(`${world.fhir}/.well-known/smart-configuration`);
    const { revocation_endpoint: endpoint } = (await configuration.json()) as { revocation_endpoint: string };
    const revoked = await fetch(endpoint, {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'portal', token: visit.token() }),
    });
    expect(revoked.status).toBe(200);
    await page.waitForTimeout(1500);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Your sign-in has ended. What you were writing is kept').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Sign in' }).click();
    const message = page.getByLabel('Message', { exact: true });
    await message.or(page.getByLabel('Password')).first().waitFor();
    if (await page.getByLabel('Password').isVisible()) {
      await page.getByLabel('Username or e-mail').fill('linda');
      await page.getByLabel('Password').fill(PASSWORD);
      await page.getByRole('button', { name: 'Sign in' }).click();
    }
    await message
      .or(page.getByRole('button', { name: 'Allow', exact: true }))
      .first()
      .waitFor();
    if (await page.getByRole('button', { name: 'Allow', exact: true }).isVisible())
      await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await message.waitFor();
    expect(await message.inputValue()).toBe('I can not sleep.');
    await signOut(page);
    await signInAs(page, 'priya');
    await openPage(world, page, '/messages/new', 'Write a message');
    expect(await message.inputValue()).toBe('');
    await visit.context.close();
  });
});

/** In the page: what of it moved, and was seen where it was before (https://wicg.github.io/layout-instability/#sec-layout-shift-attribution). */
const WATCH = `
  window.moved = [];
  new PerformanceObserver((list) => {
    for (const { node, previousRect: from, currentRect: to } of list.getEntries().flatMap((each) => each.sources)) {
      const element = node instanceof Element ? node : node?.parentElement;
      if (element?.closest('main, nav, footer') && (from.x !== to.x || from.y !== to.y))
        moved.push(element.textContent.trim().slice(0, 30) + ': ' + from.y + ' to ' + to.y);
    }
  }).observe({ type: 'layout-shift', buffered: true });`;

it('shows nothing to read or press before what would push it away', async () => {
  const system = async <T>(path: string, body?: unknown): Promise<T> => {
    const headers = {
      authorization: `Bearer ${await world.systemToken()}`,
      'content-type': 'application/fhir+json',
    };
    const sent = body ? { method: 'POST', body: JSON.stringify(body) } : {};
    return (await (await fetch(`${world.fhir}/${path}`, { headers, ...sent })).json()) as T;
  };
  const { managingOrganization } = await system<{ managingOrganization: unknown }>('Patient/linda-begay');
  await system('HealthcareService', {
    resourceType: 'HealthcareService',
    active: true,
    providedBy: managingOrganization,
    type: [{ coding: [{ system: 'urn:wellspring:service', code: 'messages' }] }],
    availableTime: [{ daysOfWeek: ['mon'], availableStartTime: '08:00:00', availableEndTime: '17:00:00' }],
  });
  const { page, context } = await openSignedIn('linda', DESK);
  for (const late of ['HealthcareService', 'Task', 'MedicationDispense'])
    await page.route(
      (url) => url.pathname.endsWith(`/${late}`),
      async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 1000));
        await route.continue();
      },
    );
  for (const path of ['/messages/new', '/messages']) {
    await page.goto(`${world.portal}${path}`);
    await page
      .getByLabel(/^(Message|Search messages)$/)
      .or(page.getByText('No messages yet.', { exact: false }))
      .waitFor();
    expect(await page.getByText('Messages are read', { exact: false }).count(), path).toBe(1);
  }
  await page.goto(`${world.portal}/medications`);
  await page.getByRole('heading', { name: 'Taking now' }).waitFor();
  expect(await page.getByRole('button', { name: 'Ask for a refill' }).count()).toBeGreaterThan(0);

  // Each answer comes at another time than the one before.
  let asked = 0;
  await page.route(`${world.fhir}/**`, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, (asked++ % 5) * 150));
    await route.continue().catch(() => undefined);
  });
  await page.addInitScript(WATCH);
  const { entry } = await system<{ entry: readonly { readonly resource: { readonly id: string } }[] }>(
    'Observation?patient=linda-begay&category=laboratory&_sort=-date&_count=1',
  );
  const result = `/results/${entry[0]?.resource.id}`;
  const visit = await system<{ entry: readonly { readonly resource: { readonly id: string } }[] }>(
    'Encounter?patient=linda-begay&_count=1',
  );
  const short = `/records/Encounter/${visit.entry[0]?.resource.id}`;
  for (const path of ['/', '/profile', '/care-plan', result, '/growth', short]) {
    await page.goto(`${world.portal}${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' });
    await page.waitForLoadState('networkidle');
    expect(await page.evaluate('moved'), path).toEqual([]);
  }
  await context.close();
});

describe('X21 the end of a session', () => {
  const opens = async (page: Page): Promise<string> => {
    await page.getByRole('button', { name: 'Sign in' }).click();
    const password = page.getByLabel('Password');
    const home = page.locator('main h2').first();
    await password.or(home).first().waitFor();
    return (await password.isVisible()) ? 'the password page' : 'the record';
  };

  it('by one press: the next person is asked for a password', async () => {
    const { page, context } = await openSignedIn('priya', DESK);
    await signOut(page);
    expect(await opens(page)).toBe('the password page');
    await context.close();
  });

  it('by itself, after a quarter of an hour without a touch: the next person is asked for a password', async () => {
    const { page, context } = await openSignedIn('priya', DESK);
    await page.evaluate(() => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + 16 * 60_000;
    });
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await opens(page)).toBe('the password page');
    await context.close();
  });

  it('even where the authorization server could not be reached for it', async () => {
    const { page, context } = await openSignedIn('priya', DESK);
    const home = page.url();
    await context.route(/\/oauth2\/(revoke|session\/end)/, (route) => route.abort());
    await page.getByRole('button', { name: 'Sign out' }).filter({ visible: true }).first().click();
    await page.waitForTimeout(500);
    await context.unroute(/\/oauth2\/(revoke|session\/end)/);
    await page.goto(home);
    expect(await opens(page)).toBe('the password page');
    await context.close();
  });
});

describe('without a network', () => {
  it('the pages that were read stay, say from when they are, and send nothing', async () => {
    const { page, context } = await openSignedIn('priya', PHONE, 'dark');
    await page.getByRole('link', { name: 'Messages', exact: true }).filter({ visible: true }).first().click();
    await page.getByRole('heading', { name: 'Messages', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Write a message' }).click();
    await page.getByLabel('About').fill('Offline');
    await page.getByRole('link', { name: 'Visits', exact: true }).filter({ visible: true }).first().click();
    await page.getByRole('heading', { name: 'Visits', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Home', exact: true }).filter({ visible: true }).first().click();
    await page.getByRole('heading', { name: 'Next visit' }).waitFor();
    await context.setOffline(true);
    await page.getByText(/^You are offline\. You see what was last read:/).waitFor();
    await page.getByRole('heading', { name: 'Next visit' }).waitFor();
    await expectAccessible(page);
    await picture(page, 'offline-phone');
    await page.getByRole('link', { name: 'Messages', exact: true }).filter({ visible: true }).first().click();
    await page.getByRole('link', { name: 'Write a message' }).click();
    expect(await page.getByLabel('About').inputValue()).toBe('Offline');
    expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true);
    await page.getByText('What you write is kept; send it when you are back.', { exact: false }).waitFor();
    await context.setOffline(false);
    await page
      .getByText(/^You are offline/)
      .first()
      .waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(false);
    await context.close();
  });

  it('a page that was first opened without one is there once the network is back', async () => {
    const { page, context } = await openSignedIn('priya', DESK);
    const link = (name: string) =>
      page.getByRole('link', { name, exact: true }).filter({ visible: true }).first();
    await page.getByRole('heading', { name: 'Next visit' }).waitFor();
    await context.setOffline(true);
    for (const name of ['Messages', 'Visits']) {
      await link(name).click();
      await page.getByText('You are offline, and this was not opened before.').waitFor();
    }
    await context.setOffline(false);
    await page.getByRole('heading', { name: 'Visits', level: 1 }).waitFor();
    await link('Messages').click();
    await page.getByRole('heading', { name: 'Messages', level: 1 }).waitFor();
    await context.close();
  });

  it('a page that was on its way when the network went and came is fetched again', async () => {
    const { page, context } = await openSignedIn('priya', DESK);
    await page.getByRole('heading', { name: 'Next visit' }).waitFor();
    const held = Promise.withResolvers<Route>();
    await page.route(/\/assets\/[^/]+\.js$/, held.resolve, { times: 1 });
    await page.getByRole('link', { name: 'Visits', exact: true }).filter({ visible: true }).first().click();
    const route = await held.promise;
    await context.setOffline(true);
    await context.setOffline(false);
    await route.abort('internetdisconnected');
    await page.getByRole('heading', { name: 'Visits', level: 1 }).waitFor();
    await context.close();
  });

  it('a copy opens on a device whose owner wants one: sealed, without a token, gone when they sign out', async () => {
    const { page, context, token } = await openSignedIn('priya', PHONE);
    await openPage(world, page, '/profile', 'Profile');
    await page.getByRole('button', { name: 'Keep a copy on this device' }).click();
    await page.getByText('It is gone when you sign out.', { exact: false }).waitFor();
    await page.evaluate('navigator.serviceWorker.ready');
    await openPage(world, page, '/results', 'Results');
    await page.locator('main ul a').first().waitFor();
    const name = await page.locator('main ul a strong').first().innerText();
    await page.waitForTimeout(2500);
    const stored = await kept(page);
    expect(stored).not.toContain(name);
    expect(stored).not.toContain(token());
    await page.close();
    await context.setOffline(true);
    const later = await context.newPage();
    await later.goto(`${world.portal}/results`);
    await later.getByRole('button', { name: 'Show what was last read on this device' }).click();
    await later.getByText(/^You are offline\. You see what was last read:/).waitFor();
    await later.getByText(name).first().waitFor();
    await expectAccessible(later);
    await picture(later, 'copy-phone');
    const cached = String(
      await later.evaluate(
        `(async () => { const all = []; for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) all.push(url); return all.join(' '); })()`,
      ),
    );
    expect(cached).toContain('/assets/');
    expect(cached).not.toContain('/fhir');
    await context.setOffline(false);
    await later.getByText(/^You see the copy on this device/).waitFor();
    await later.getByRole('button', { name: 'Sign in' }).click();
    await later.getByRole('searchbox').waitFor();
    await later.waitForTimeout(2500);
    await signOut(later);
    expect(JSON.parse(await kept(later))[0]).toEqual([]);
    await context.setOffline(true);
    await later.goto(`${world.portal}/results`);
    await later.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await later.getByRole('button', { name: /Show what was last read/ }).count()).toBe(0);
    await context.close();
  });
});

it('where the browser keeps nothing for the site, that is said, and no empty page is shown', async () => {
  const { page, context } = await openVisit(browser, PHONE);
  const errors: Error[] = [];
  page.on('pageerror', (error) => errors.push(error));
  // As a browser does that was told to keep no data of the site.
  await page.addInitScript(`for (const name of ['localStorage', 'sessionStorage'])
    Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });`);
  for (const address of [
    `${world.portal}/`,
    `${world.portal}/callback`,
    `${world.portal}/shared`,
    `${world.desk}/`,
  ]) {
    await page.goto(address);
    await page.getByRole('heading', { name: 'Your browser keeps nothing for this site' }).waitFor();
    await page.getByText('Permita las cookies', { exact: false }).waitFor();
  }
  await expectAccessible(page);
  expect(errors).toEqual([]);
  await context.close();
});

describe('a reload', () => {
  it('goes to the authorization server and back, is asked nothing on its way, and redeems its code once', async () => {
    const { page, context } = await openSignedIn('linda', DESK);
    await openPage(world, page, '/results', 'Results');
    const opened: string[] = [];
    let redeemed = 0;
    let code = '';
    page.on('request', (request) => {
      const { pathname, searchParams } = new URL(request.url());
      code ||= searchParams.get('code') ?? '';
      if (request.isNavigationRequest()) opened.push(pathname);
      if (pathname.endsWith('/oauth2/token') && request.method() === 'POST') redeemed += 1;
    });
    await page.reload();
    await page.getByRole('searchbox').waitFor();
    expect(opened).toEqual(['/results', '/oauth2/authorize', '/callback']);
    expect(redeemed).toBe(1);
    // Neither what was asked with nor what came back stays.
    const kept = JSON.stringify(await page.evaluate('({ ...localStorage, ...sessionStorage })'));
    expect(code.length).toBeGreaterThan(20);
    expect(kept).not.toContain(code);
    expect(kept).not.toContain('verifier');
    await context.close();
  });

  it('of a sign-in that has ended at the clinic asks for the password', async () => {
    const { page, context } = await openSignedIn('linda', DESK);
    await context.clearCookies();
    await page.reload();
    await page.getByLabel('Password').waitFor();
    await context.close();
  });

  it('while the clinic’s servers are away says so, and the next one signs in', async () => {
    const { page, context } = await openSignedIn('linda', DESK);
    await page.route(/smart-configuration/, (route) => route.abort());
    await page.reload();
    await page.getByText('can not be reached just now', { exact: false }).waitFor();
    await page.unroute(/smart-configuration/);
    await page.reload();
    await page.getByRole('heading', { name: 'Next visit' }).waitFor();
    await context.close();
  });

  it('an answer that nobody here asked for is not redeemed', async () => {
    const { page, context } = await openVisit(browser, DESK);
    let redeemed = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/oauth2/token')) redeemed += 1;
    });
    const issuer = encodeURIComponent(world.issuer);
    await page.goto(`${world.portal}/callback?code=theirs&state=theirs&iss=${issuer}`);
    await page.getByText('The sign-in was not finished.', { exact: false }).waitFor();
    expect(redeemed).toBe(0);
    await context.close();
  });
});

/** What becomes of the first code that is redeemed. */
const LOST: Readonly<Record<string, (route: Route) => Promise<void>>> = {
  'never came to the server': (route) => route.abort(),
  'was answered by a failure': (route) => route.fulfill({ status: 500, body: 'no' }),
  'was answered, and the answer lost': async (route) => {
    await route.fetch();
    await route.abort();
  },
};

describe.each(Object.entries(LOST))('a sign-in whose code %s', (_, lose) => {
  const result = async (): Promise<string> => {
    const headers = { authorization: `Bearer ${await world.systemToken()}` };
    const path = 'Observation?patient=linda-begay&category=laboratory&_sort=-date&_count=1';
    const found = (await (await fetch(`${world.fhir}/${path}`, { headers })).json()) as {
      readonly entry: readonly { readonly resource: { readonly id: string } }[];
    };
    return `/results/${found.entry[0]?.resource.id}`;
  };
  const tryAgain = async (page: Page, path: string): Promise<void> => {
    await page.getByText('The sign-in was not finished.', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await isAt(page, path);
  };
  const isAt = async (page: Page, path: string): Promise<void> => {
    await page.getByRole('link', { name: 'Results', exact: true }).first().waitFor();
    await expect.poll(() => new URL(page.url()).pathname).toBe(path);
    await page.locator('main h1').waitFor();
  };

  it('leads to the page that was wanted when it is tried again: first, and at a reload', async () => {
    const { page, context } = await openVisit(browser, DESK);
    const path = await result();
    await page.route(/\/oauth2\/token$/, lose, { times: 1 });
    await page.goto(`${world.portal}${path}`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Username or e-mail').fill('linda');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    const unfinished = page.getByText('The sign-in was not finished.', { exact: false });
    const allow = page.getByRole('button', { name: 'Allow', exact: true });
    await allow.or(unfinished).first().waitFor();
    if (await allow.isVisible()) await allow.click();
    await tryAgain(page, path);
    await page.route(/\/oauth2\/token$/, lose, { times: 1 });
    await page.reload();
    await tryAgain(page, path);
    // The state of who is signed in is whole: another reload asks nothing.
    await page.reload();
    await isAt(page, path);
    await context.close();
  });
});

describe('two tabs', () => {
  it('P21: a new one beside one that is signed in is so too, without a question, at the address that was asked for; they are signed out together, and then a new one asks', async () => {
    const { page, context } = await openSignedIn('linda', DESK);
    const other = await context.newPage();
    await other.goto(`${world.portal}/results`);
    await other.getByRole('heading', { name: 'Results', exact: true, level: 1 }).waitFor();
    await signOut(page);
    await other.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await other.getByRole('heading', { name: 'Results', exact: true }).count()).toBe(0);
    const third = await context.newPage();
    await third.goto(`${world.portal}/`);
    await third.getByRole('button', { name: 'Sign in' }).waitFor();
    await third.getByRole('button', { name: 'Sign in' }).click();
    await third.getByLabel('Username or e-mail').waitFor();
    await context.close();
  });
});

describe.each([
  ['desk', DESK, 'light'],
  ['phone', PHONE, 'dark'],
] as const)('in Spanish, at a %s', (name, size, scheme) => {
  it('the portal speaks it where the browser does, changes over by one button, and is as accessible', async () => {
    const { page, context } = await openVisit(browser, size, scheme, 'es-MX');
    await page.goto(`${world.portal}/`);
    await page.getByText('Sus resultados, citas, mensajes y medicinas', { exact: false }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Entrar' }).click();
    await page.getByText('¿Olvidó su contraseña?').waitFor();
    await expectAccessible(page);
    await picture(page, `es-sign-in-${name}`);
    await signInOnAccountPage(page, 'maria', async () => {
      await page.getByText('Esta es la aplicación de la propia clínica.', { exact: false }).waitFor();
      await expectAccessible(page);
      await picture(page, `es-consent-${name}`);
    });
    await page.getByRole('heading', { name: 'Próxima cita' }).waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('es');
    await expectAccessible(page);
    await picture(page, `es-home-${name}`);
    for (const [path, heading] of [
      ['/results', 'Resultados'],
      ['/appointments', 'Citas'],
      ['/messages', 'Mensajes'],
      ['/medications', 'Medicinas'],
      ['/records', 'Expediente'],
      ['/learn', 'Aprender'],
      ['/learn/articles/hba1c', 'Azúcar en la sangre en tres meses (HbA1c)'],
      ['/profile', 'Perfil'],
    ] as const) {
      await openPage(world, page, path, heading);
      await expectAccessible(page);
      await picture(page, `es${path.replaceAll('/', '-')}-${name}`);
    }
    await openPage(world, page, '/records', 'Expediente');
    await page.getByLabel('Buscar en todo mi expediente').fill('colest');
    await page.getByRole('link', { name: 'Colesterol total' }).first().waitFor();
    if (name === 'phone') await page.getByRole('link', { name: 'Menú', exact: true }).click();
    await page.getByRole('button', { name: 'English' }).filter({ visible: true }).first().click();
    await page.getByRole('heading', { name: name === 'phone' ? 'Menu' : 'Records', level: 1 }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: name === 'phone' ? 'Menu' : 'Records', level: 1 }).waitFor();
    await context.close();
  });
});

async function openSignedIn(username: string, size: typeof PHONE, scheme: 'light' | 'dark' = 'light') {
  const visit = await openVisit(browser, size, scheme);
  await signIn(world, visit, username);
  return visit;
}

async function signInAs(page: Page, username: string): Promise<void> {
  await page.goto(`${world.portal}/`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await signInOnAccountPage(page, username);
  await page.getByRole('heading', { name: 'Next visit' }).waitFor();
}

/** In either language. `onConsent`: what is done on the page that asks, where it comes. */
async function signInOnAccountPage(
  page: Page,
  username: string,
  onConsent?: () => Promise<void>,
): Promise<void> {
  await page.getByLabel(/^(Username or e-mail|Usuario o correo electrónico)$/).fill(username);
  await page.getByLabel(/^(Password|Contraseña)$/).fill(PASSWORD);
  await page.getByRole('button', { name: /^(Sign in|Entrar)$/ }).click();
  const allow = page.getByRole('button', { name: /^(Allow|Permitir)$/ });
  const home = page.locator('main h2').first();
  await allow.or(home).first().waitFor();
  if (!(await allow.isVisible())) return;
  await onConsent?.();
  await allow.click();
}

async function signOut(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Sign out' }).filter({ visible: true });
  if ((await button.count()) === 0) await page.getByRole('link', { name: 'Menu', exact: true }).click();
  await button.first().click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
}
