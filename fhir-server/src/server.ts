/** Everything between the configuration and a listening socket, with its orderly end. */
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { allowedHosts } from '@wellspring/serving/allowed-hosts';
import { createAnchor } from '@wellspring/serving/audit-anchor';
import { anchorPlace } from '@wellspring/serving/configuration';
import { closeFolder } from '@wellspring/serving/private-files';
import { createWebServer, type WebServer } from '@wellspring/serving/web-server';
import type { Logger } from 'pino';
import { type Reopen, reopenedAccess } from './access/standing.ts';
import { createApp } from './app.ts';
import { tellLog } from './audit/audit-news.ts';
import { openAuditLog } from './audit/open-audit-log.ts';
import type { Config } from './config.ts';
import { pushOf, sendersOf, standsMsOf, subscriptionRules, subscriptionsOf } from './configured.ts';
import { createAuthenticate } from './http/authenticate.ts';
import { createIntrospect, createStands } from './http/introspection.ts';
import { createMetrics } from './http/metrics.ts';
import { createRateLimit } from './http/rate-limit.ts';
import { attachWebSocket } from './http/websocket.ts';
import { smartEndpoints } from './interactions/smart-configuration.ts';
import { createMayFetch } from './jobs/import/source-policy.ts';
import { createMessenger } from './jobs/notices/messenger.ts';
import { createTestNotice } from './jobs/notices/test-notice.ts';
import { createParameterUpkeep } from './jobs/parameter-upkeep.ts';
import { createReindex } from './jobs/reindex.ts';
import { remakeLostIndex } from './jobs/remake-index.ts';
import type { Subscriptions } from './jobs/subscriptions/open.ts';
import { jobsOf } from './jobs-of.ts';
import { createHealthCardSigner } from './links/health-card-signer.ts';
import { createOpenedMarks } from './links/opened-marks.ts';
import { createSecretLinks } from './links/secret-links.ts';
import { openWhenThere } from './open-when-there.ts';
import { createPollLimit } from './operations/bulk/poll-limit.ts';
import { loadPackages } from './packages/load-packages.ts';
import { requiredProfiles } from './packages/required-profiles.ts';
import { createCustomParameters } from './repository/custom-parameters.ts';
import { createAllowance } from './repository/limits/allowance.ts';
import { createRepository } from './repository/repository.ts';
import { createActiveConsents } from './repository/whose/active-consents.ts';
import { createAges } from './repository/whose/ages.ts';
import { createBasis, createGround } from './repository/whose/ground.ts';
import type { WriterPlace } from './store/sqlite/sqlite-store.ts';
import { createLoadedSystems } from './terminology/loaded-systems.ts';
import { createRemote, type RemoteTerminology } from './terminology/remote.ts';
import { openTables } from './terminology/tables/open-tables.ts';
import { createApartValidation } from './validation/validate-apart.ts';
import { startWaitingServer } from './waiting-server.ts';
import { webOptions } from './web-options.ts';

export interface RunningServer {
  readonly port: number;
  /** Finishes what is under way, then closes the store. */
  close(): Promise<void>;
}

export interface ServerRole {
  /** Of several processes one does the jobs that are done once. */
  readonly runsJobs: boolean;
  /** Where the writer of the embedded store is. */
  readonly writer: WriterPlace;
  /** The embedded store's disk does not sync: nothing more may be written by this process. */
  readonly diskFailed?: (message: string) => void;
}

/** For how long the Consents that were read count. */
const CONSENTS_MS = 3_000;
/** A connection that is still busy this long after the stop signal is cut. */
const DRAIN_MS = 10_000;
/** However short an answer counts, a download is looked at no more often. */
const LEAST_WATCH_MS = 1000;

export async function startServer(
  config: Config,
  log: Logger,
  { runsJobs, writer, diskFailed }: ServerRole = { runsJobs: true, writer: 'thread' },
): Promise<RunningServer> {
  for (const path of closeFolder(config.DATA_DIR)) log.warn({ path }, 'others may be able to read this');
  const packageParameters = await loadPackages({
    folder: config.packagesDir,
    wanted: config.PACKAGES,
    registry: config.PACKAGE_REGISTRY,
  });
  const required = requiredProfiles(config.REQUIRED_PROFILES);
  const store = await openWhenThere(config, log, { writer, ...(diskFailed ? { diskFailed } : {}) });
  const audit = await openAuditLog({
    file: config.auditFile,
    mongodb: config.mongodb,
    source: store,
    keepsUp: runsJobs,
    tell: tellLog(log),
  });
  const anchor = createAnchor(anchorPlace(config), 'fhir-server', audit.heads, (error) =>
    log.error({ failure: error.message }, 'the end of the audit log could not be sent'),
  );
  anchor.start(config.AUDIT_ANCHOR_SECONDS * 1000);
  const endpoints = smartEndpoints(config.AUTH_ISSUER, config.CLINIC_URL ?? config.PORTAL_URL);
  const introspect = await createIntrospect({
    introspectionUrl: endpoints.introspect,
    tokenUrl: endpoints.token,
    clientId: 'fhir-server',
    clientKey: config.clientKey,
    now: () => Date.now(),
  });
  const stands = createStands(introspect);
  const consents = createActiveConsents(
    store,
    { now: () => Date.now(), elapsed: () => performance.now() },
    Math.min(CONSENTS_MS, config.INTROSPECTION_CACHE_SECONDS * 1000),
  );
  const ground = createGround({
    store,
    policy: config.rolePolicy,
    ages: config.agePolicy,
    consents,
    now: Date.now,
  });
  const authenticate = createAuthenticate(introspect, {
    audience: config.FHIR_BASE_URL,
    cacheSeconds: config.INTROSPECTION_CACHE_SECONDS,
    now: () => Date.now(),
    elapsed: () => performance.now(),
    ground,
    consents: createBasis(consents),
  });
  const reindex = createReindex(store, log, config.FHIR_BASE_URL);
  const parameters = createCustomParameters(store, packageParameters);
  const upkeep = createParameterUpkeep({
    parameters,
    reindex,
    log,
    runsJobs,
    hasOthers: config.WORKERS > 1 || config.mongodb !== undefined,
  });
  if (store.remakeIndex) {
    const waiting = await startWaitingServer(config, log);
    await remakeLostIndex(store, parameters, log, config.FHIR_BASE_URL).finally(() => waiting.close());
  }
  await upkeep.begin();
  const senders = sendersOf(config);
  const rules = await subscriptionRules(config, store, senders);
  let subscriptions: Subscriptions | undefined;
  const tables = await openTables({ folder: config.terminologyDir, mongodb: config.mongodb });
  const repository = createRepository(store, {
    baseUrl: config.FHIR_BASE_URL,
    referenceIntegrity: config.REFERENCE_INTEGRITY === 'on',
    requiredProfiles: required,
    uncheckedProfiles: config.UNCHECKED_PROFILES,
    terminology: { loaded: createLoadedSystems(tables), ...remoteOf(config) },
    searchParametersChanged: upkeep.refresh,
    subscriptions: rules,
    written: () => subscriptions?.job.nudge(),
    leftOut: ({ type, id }) =>
      log.warn(
        { type, id },
        'not written beside a write: another was quicker, and the database has no transactions',
      ),
  });
  const limits = {
    defaultCount: config.DEFAULT_COUNT,
    maxCount: config.MAX_COUNT,
    maxIncluded: config.MAX_INCLUDED,
    searchMs: config.SEARCH_TIMEOUT_SECONDS * 1000,
    maxExpansion: config.TERMINOLOGY_MAX_EXPANSION,
    maxEntries: config.MAX_BUNDLE_ENTRIES,
    maxAnswer: config.MAX_BUNDLE_BYTES,
  };
  const reopen: Reopen = async (kept) => {
    const access = (await stands(kept)) ? await ground(reopenedAccess(kept)) : undefined;
    // Nothing is left of it: no role, no Consent, grown up.
    return access && access.scopes.length > 0 ? access : undefined;
  };
  const holder = `${hostname()}:${config.FHIR_PORT}`;
  const webPush = await pushOf(config, { store, reopen, log });
  const messenger =
    senders || webPush ? createMessenger({ store, senders, portalUrl: config.PORTAL_URL, log }) : undefined;
  const jobs = jobsOf(config, {
    store,
    audit,
    repository,
    stands,
    reopen,
    messenger,
    push: webPush?.push,
    holder,
    runsJobs,
    log,
  });
  jobs.start();
  const apart = createApartValidation(
    config.packagesDir,
    config.UNCHECKED_PROFILES,
    config.SEARCH_TIMEOUT_SECONDS * 1000,
  );
  subscriptions = subscriptionsOf(config, {
    store,
    repository,
    audit,
    reopen,
    rules,
    email: senders?.email,
    holder: `${holder}:${process.env.WORKER ?? '1'}`,
    logger: log,
  });
  const { control, sockets, job } = subscriptions;
  const isAllowedHost = allowedHosts([config.FHIR_BASE_URL], config.ALLOWED_HOSTS);
  let draining = false;
  const isReady = async (): Promise<boolean> => !draining && (await answers(store.ping()));
  const app = createApp({
    services: {
      repository,
      audit,
      reindex,
      jobs: jobs.runner,
      bulk: {
        folder: config.bulkDir,
        standsMs: Math.max(standsMsOf(config), LEAST_WATCH_MS),
        jobsOfOne: config.BULK_JOBS_PER_CLIENT,
        mostUpload: config.BULK_IMPORT_MAX_BYTES,
        mayFetch: createMayFetch(config.BULK_IMPORT_FROM, config.BULK_IMPORT_PRIVATE_HOSTS),
        polls: createPollLimit(() => Date.now()),
      },
      links: createSecretLinks(store, () => Date.now()),
      opened: createOpenedMarks(store, () => Date.now()),
      healthCards: createHealthCardSigner(store, () => Date.now()),
      allowance: createAllowance(store, () => Date.now()),
      stands,
      reopen,
      ages: createAges(store, config.agePolicy, Date.now),
      subscriptions: control,
      push: webPush?.control,
      testNotice: senders && messenger && createTestNotice(store, messenger, () => Date.now()),
      limits,
      validateApart: apart.validate,
      uncheckedProfiles: config.UNCHECKED_PROFILES,
      conditionalDelete: config.CONDITIONAL_DELETE,
      passedOver: new Set(config.PASSED_OVER_PARAMETERS),
      now: () => Date.now(),
    },
    authenticate,
    endpoints,
    log,
    isReady,
    isAllowedHost,
    metrics: createMetrics({
      token: config.METRICS_TOKEN,
      reindexed: () => reindex.progress().done,
      counts: store.counts,
    }),
    limitPerson: createRateLimit(config.RATE_LIMIT_PER_SECOND, () => performance.now()),
    limitSystem: createRateLimit(config.RATE_LIMIT_SYSTEM_PER_SECOND, () => performance.now()),
    maxBody: config.MAX_BODY_BYTES,
    maxBundle: config.MAX_BUNDLE_BYTES,
  });
  const web = createWebServer(webOptions(config, log, app));
  const path = `${new URL(config.FHIR_BASE_URL).pathname.replace(/\/$/, '')}/websocket`;
  const websocket = attachWebSocket(web.server, { path, isAllowedHost }, sockets);
  await web.listen(config.FHIR_PORT, config.FHIR_HOST);
  job.start();
  return {
    port: (web.server.address() as AddressInfo).port,
    async close() {
      draining = true;
      web.release();
      websocket.close();
      await drain(web.server);
      await subscriptions?.close();
      upkeep.stop();
      await jobs.stop();
      await reindex.stop();
      await apart.close();
      await tables.close();
      await audit.close();
      await anchor.stop();
      await store.close();
    },
  };
}

/** Another terminology server, where one is named. */
function remoteOf(config: Config): { readonly remote?: RemoteTerminology } {
  const { TERMINOLOGY_URL: url, TERMINOLOGY_TOKEN: token } = config;
  if (url === undefined) return {};
  const remote = createRemote({
    url,
    token,
    timeoutMs: config.TERMINOLOGY_TIMEOUT_MS,
    cacheSeconds: config.TERMINOLOGY_CACHE_SECONDS,
    now: () => performance.now(),
  });
  return { remote };
}

/** Within two seconds. */
function answers(ping: Promise<void>): Promise<boolean> {
  const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 2000).unref());
  return Promise.race([
    ping.then(
      () => true,
      () => false,
    ),
    late,
  ]);
}

function drain(server: WebServer['server']): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    // A connection that was busy is idle when its answer has gone: it would be kept open for the next request.
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(idle);
      resolve();
    });
    server.closeIdleConnections();
  });
}
