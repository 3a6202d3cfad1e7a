/** The thread that keeps the audit log (audit-keeper.ts): its side of the line, begun by keeper-link.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { collectAtRest } from '../collect-at-rest.ts';
import { openKeeper } from './audit-keeper.ts';
import type { OpenSource } from './audit-log.ts';
import type { Asked, FromKeeper, KeeperStart } from './keeper-link.ts';

const port = parentPort as NonNullable<typeof parentPort>;
collectAtRest();
const tell = (message: FromKeeper): void => port.postMessage(message);
try {
  const { path, keepsUp, elsewhere } = workerData as KeeperStart;
  const { openSource } = (await import(elsewhere.module)) as { openSource: OpenSource };
  const source = openSource(elsewhere.file);
  const keeper = openKeeper({ path, keepsUp, source, tell: (news) => tell({ news }) });
  port.on('message', async ({ id, job }: Asked) => {
    try {
      tell({ id, answer: await keeper.ask(job) });
    } catch (error) {
      tell({ id, failed: (error as Error).message });
    }
    if (job.kind !== 'close') return;
    source.close();
    port.close();
  });
  tell({ ready: true });
} catch (error) {
  tell({ failed: (error as Error).message });
}
