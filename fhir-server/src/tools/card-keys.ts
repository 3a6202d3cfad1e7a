/**
 * `npm run admin -- card-keys list`, `… rotate [HOURS]`, `… withdraw KID`: the keys of SMART Health Cards, in the store of the configuration, while servers run or not.
 */
import { randomUUID } from 'node:crypto';
import { keepPrivate } from '@wellspring/serving/private-files';
import { openAuditLog } from '../audit/open-audit-log.ts';
import { type Config, loadConfig } from '../config.ts';
import { type CardKeys, createCardKeys, PUBLISH_AHEAD_MS } from '../links/health-card-keys.ts';
import type { ResourceStore } from '../store/store.ts';
import { openToolStore } from './open-tool-store.ts';

const HOUR_MS = 3_600_000;
const USAGE = `Usage: npm run admin -- …
  card-keys list
  card-keys rotate [HOURS until it signs, ${PUBLISH_AHEAD_MS / HOUR_MS}]
  card-keys withdraw KID`;

async function list(keys: CardKeys): Promise<void> {
  for (const [index, { kid, from }] of (await keys.list()).entries())
    console.log(`${kid}\t${stateOf(index, from)}`);
}

function stateOf(index: number, from: number): string {
  if (index === 0) return 'signs now';
  return from > Date.now() ? `signs from ${new Date(from).toISOString()}` : 'published';
}

function hoursOf(text: string | undefined): number {
  if (text === undefined) return PUBLISH_AHEAD_MS;
  if (!/^\d{1,4}$/.test(text)) throw new Error('HOURS: a whole number was expected');
  return Number(text) * HOUR_MS;
}

/** In the audit log, beside what servers write there: by whom no log can say of a command line. */
async function account(config: Config, store: ResourceStore, command: string): Promise<void> {
  const { auditFile: file, mongodb } = config;
  const audit = await openAuditLog({ file, mongodb, source: store, keepsUp: false });
  try {
    await audit.append([
      {
        at: Date.now(),
        action: 'U',
        interaction: `card-keys ${command}`,
        status: 200,
        type: '',
        patients: [],
        subject: 'command line',
        client: 'command line',
        requestId: randomUUID(),
      },
    ]);
  } finally {
    await audit.close();
  }
}

async function main([command, what]: readonly string[]): Promise<void> {
  const wanted = command === 'withdraw' ? what !== undefined : command === 'list' || command === 'rotate';
  if (!wanted) throw new Error(USAGE);
  const aheadMs = command === 'rotate' ? hoursOf(what) : 0;
  const config = loadConfig(process.env);
  const { store } = await openToolStore(config);
  try {
    const keys = createCardKeys(store, () => Date.now());
    if (command === 'rotate') await keys.rotate(aheadMs);
    if (command === 'withdraw') await keys.withdraw(what as string);
    if (command !== 'list') await account(config, store, command as string);
    await list(keys);
  } finally {
    await store.close();
  }
}

keepPrivate();
await main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
