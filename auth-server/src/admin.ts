/** The administrator's command line: `node auth-server/src/admin.ts accounts import FILE | accounts list | audit`. Works beside a running server. */
import { readFileSync } from 'node:fs';
import { importAccounts } from './accounts/import-accounts.ts';
import { loadConfig } from './config.ts';
import { openStorage } from './storage/open-storage.ts';

const USAGE = 'usage: admin.ts accounts import FILE | accounts list | audit';

async function main([subject, action, file]: readonly string[]): Promise<number> {
  const storage = await openStorage(loadConfig(process.env));
  try {
    if (subject === 'accounts' && action === 'import' && file) {
      const count = await importAccounts(storage, JSON.parse(readFileSync(file, 'utf8')));
      console.log(`${count} accounts`);
      return 0;
    }
    if (subject === 'accounts' && action === 'list') {
      for (const { username, role, fhirUser } of await storage.listAccounts())
        console.log(`${username}\t${role}\t${fhirUser}`);
      return 0;
    }
    if (subject === 'audit') {
      for (const { at, event, accountId, clientId } of await storage.listAudit(100)) {
        console.log([new Date(at).toISOString(), event, accountId ?? '', clientId ?? ''].join('\t'));
      }
      return 0;
    }
    console.error(USAGE);
    return 2;
  } finally {
    await storage.close();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
