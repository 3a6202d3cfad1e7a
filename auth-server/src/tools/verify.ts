/** `npm run verify`, this server's part: recomputes the chains of the audit log, and holds them against the ends that were sent elsewhere. Exit code 1 when anything is wrong. */
import { readAnchors } from '@wellspring/serving/audit-anchor';
import { anchorPlace } from '@wellspring/serving/configuration';
import { loadConfig } from '../config.ts';
import { openStorage } from '../storage/open-storage.ts';

try {
  const config = loadConfig(process.env);
  const anchors = await readAnchors(anchorPlace(config), 'auth-server');
  const storage = await openStorage(config);
  // A connection that stays open keeps the tool from ending.
  const { batches, faults } = await storage.verifyAudit(anchors).finally(() => storage.close());
  for (const { stream, batch, fault } of faults.slice(0, 100))
    console.error(`audit of accounts ${stream} row ${batch}: ${fault}`);
  console.log(
    `${batches} rows of the audit log of accounts, ${faults.length} faults; ${anchors.length} anchors.`,
  );
  if (faults.length > 0) process.exitCode = 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
