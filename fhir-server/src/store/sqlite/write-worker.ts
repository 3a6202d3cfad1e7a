/** The thread that writes: whoever answers requests never waits for the disk. */
import { parentPort, workerData } from 'node:worker_threads';
import { collectAtRest } from '../../collect-at-rest.ts';
import { openWriter } from './writer.ts';
import { type Asked, answerJobs } from './writer-link.ts';

const port = parentPort as NonNullable<typeof parentPort>;
collectAtRest();
try {
  const writer = openWriter((workerData as { path: string }).path, {
    diskFailed: (diskFailed) => port.postMessage({ diskFailed }),
  });
  const answer = answerJobs(writer, (answered) => port.postMessage({ answered }));
  port.on('message', async (message: { asked: Asked[] } | 'close') => {
    if (message !== 'close') return answer(message.asked);
    await writer.close();
    port.close();
  });
  port.postMessage({ isIndexLost: writer.isIndexLost });
} catch (error) {
  port.postMessage({ failed: (error as Error).message });
}
