/**
 * `npm run verify`: checks the store and the audit log while nobody or everybody uses them. Every live resource is valid JSON with the id and
 * version it is stored under, its index entries are exactly those its content gives, and no link of the audit chain is broken. Exit code 1
 * when anything is wrong; ids are printed, never content.
 */
import { readAnchors } from '@wellspring/serving/audit-anchor';
import { anchorPlace } from '@wellspring/serving/configuration';
import type { ChainReport, Head } from '@wellspring/serving/hash-chain';
import { openAuditLog } from '../audit/open-audit-log.ts';
import { type Config, loadConfig } from '../config.ts';
import { entriesOf } from '../jobs/reindex.ts';
import type { ResourceStore, StoredVersion } from '../store/store.ts';
import { openToolStore } from './open-tool-store.ts';

const BATCH = 500;

export interface StoreReport {
  readonly resources: number;
  /** `Type/id: what is wrong` */
  readonly faults: readonly string[];
}

export async function verifyStore(store: ResourceStore, baseUrl: string): Promise<StoreReport> {
  const faults: string[] = [];
  let resources = 0;
  let after: string | undefined;
  do {
    const page = await store.scan(after, BATCH);
    for (const version of page.versions) {
      resources += 1;
      const fault = await faultOf(store, version, baseUrl);
      if (fault) faults.push(`${version.type}/${version.id}: ${fault}`);
    }
    after = page.next;
  } while (after !== undefined);
  return { resources, faults };
}

async function faultOf(
  store: ResourceStore,
  version: StoredVersion,
  baseUrl: string,
): Promise<string | undefined> {
  let resource: { resourceType?: string; id?: string; meta?: { versionId?: string } };
  try {
    resource = JSON.parse(version.body ?? '');
  } catch {
    return 'the stored text is not JSON';
  }
  const { resourceType, id, meta } = resource;
  if (resourceType !== version.type || id !== version.id) return 'the stored text is of another resource';
  if (meta?.versionId !== String(version.version)) return 'the stored text is of another version';
  return (await store.isIndexed(version.type, version.id, entriesOf(version, baseUrl)))
    ? undefined
    : 'the index differs from the content';
}

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  // Before all that takes long: without them nothing is claimed.
  const anchors = await readAnchors(anchorPlace(config), 'fhir-server');
  const { store } = await openToolStore(config);
  try {
    const found = await verifyStore(store, config.FHIR_BASE_URL);
    tell(found, await verifyAudit(config, store, anchors));
  } finally {
    await store.close();
  }
}

async function verifyAudit(
  { auditFile: file, mongodb }: Config,
  source: ResourceStore,
  anchors: readonly Head[],
): Promise<ChainReport> {
  const audit = await openAuditLog({ file, mongodb, source, keepsUp: false });
  try {
    return await audit.verify(anchors);
  } finally {
    await audit.close();
  }
}

function tell(found: StoreReport, chain: ChainReport): void {
  for (const fault of found.faults.slice(0, 100)) console.error(fault);
  for (const { stream, batch, fault } of chain.faults.slice(0, 100))
    console.error(`audit ${stream} batch ${batch}: ${fault}`);
  console.log(
    `${found.resources} resources, ${found.faults.length} faults; ${chain.batches} batches of audit rows, ${chain.faults.length} faults.`,
  );
  if (found.faults.length + chain.faults.length > 0) process.exitCode = 1;
}

if (import.meta.main) {
  await main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
