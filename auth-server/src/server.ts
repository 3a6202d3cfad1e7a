/** Everything between the configuration and a listening socket, with its orderly end. */
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAnchor } from '@wellspring/serving/audit-anchor';
import { anchorPlace } from '@wellspring/serving/configuration';
import { closeFolder } from '@wellspring/serving/private-files';
import { createWebServer } from '@wellspring/serving/web-server';
import type { Logger } from 'pino';
import { createApp } from './app.ts';
import type { Config } from './config.ts';
import { keysAt, loadKeys, type ServerKeys } from './provider/keys.ts';
import { createServices } from './services.ts';
import { everyAccount } from './storage/every-account.ts';
import { openStorage } from './storage/open-storage.ts';
import type { Storage } from './storage/storage.ts';

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

const CLEAN_UP_MS = 60_000;
const KEY_CHECK_MS = 5000;

export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  for (const path of closeFolder(config.DATA_DIR)) log.warn({ path }, 'others may be able to read this');
  const storage = await openStorage(config);
  await refuseDemoAccounts(config, storage);
  const now = (): number => Date.now();
  const keys = await loadKeys(config.keysFile);
  const services = createServices({ config, storage, sealKey: keys.sealKey, log, now });
  // The library takes its keys once: with other keys it is made anew, and all it knows is in the store.
  let handler: RequestListener = createApp({ config, storage, services, keys, log, now });
  let known = fingerprint(keys);
  const { server, listen, release } = createWebServer({
    handler: (request, response) => handler(request, response),
    address: config.AUTH_ISSUER,
    tls: config.tls,
    onTlsFault: (error) => log.error({ err: error }, 'the certificate needs somebody'),
    requestTimeout: 30_000,
  });
  await listen(config.AUTH_PORT, config.AUTH_HOST);
  services.delivery.start();
  const anchor = createAnchor(anchorPlace(config), 'auth-server', storage.auditHeads, (error) =>
    log.error({ failure: error.message }, 'the end of the audit log could not be sent'),
  );
  anchor.start(config.AUDIT_ANCHOR_SECONDS * 1000);
  const keyCheck = setInterval(() => {
    loadKeys(config.keysFile)
      .then((found) => {
        if (fingerprint(found) === known) return;
        handler = createApp({ config, storage, services, keys: found, log, now });
        known = fingerprint(found);
        log.info('the signing keys have changed');
      })
      .catch((error: unknown) => log.error({ err: error }, 'the keys could not be read'));
  }, KEY_CHECK_MS);
  const cleaning = setInterval(() => {
    storage.removeExpired(now()).catch((error: unknown) => log.error({ err: error }, 'clean-up failed'));
    services.family
      .finishEnds()
      .catch((error: unknown) => log.error({ err: error }, 'ended access could not be written'));
  }, CLEAN_UP_MS);
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      clearInterval(cleaning);
      clearInterval(keyCheck);
      release();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 5000).unref();
      });
      await services.delivery.stop();
      await anchor.stop();
      await storage.close();
    },
  };
}

/** Which key signs changes with time, too. */
const fingerprint = (keys: ServerKeys): string =>
  JSON.stringify([
    keysAt(keys, Date.now()).map(({ kid }) => kid),
    keys.cookieKeys.length,
    keys.cookieKeys[0],
  ]);

/** Everybody knows their passwords. */
async function refuseDemoAccounts(config: Config, storage: Storage): Promise<void> {
  if (!config.isProduction) return;
  for await (const { demo } of everyAccount(storage)) {
    if (!demo) continue;
    await storage.close();
    throw new Error(
      'NODE_ENV: the store holds demonstration accounts, whose passwords are public; production does not start with them.',
    );
  }
}
