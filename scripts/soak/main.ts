/**
 * `npm run soak`: kills two servers, each with a store of its own, again and again for an hour (`-- --minutes N`), some thousand times together, on the embedded store or on
 * `--mongodb URL`, and says what was lost, half there, or grew. Exit code 1 when anything was.
 */
import { parseArgs } from 'node:util';
import { soak } from './soak.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '60' }, mongodb: { type: 'string' } },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
  console.error('npm run soak [-- --minutes N] [--mongodb URL]');
  process.exit(1);
}
/** While one of them starts, which is most of the time from one kill to the next, the other is written to. */
const SERVERS = ['first', 'second'];
const reports = await Promise.all(
  SERVERS.map((name) =>
    soak({ minutes, mongodb: values.mongodb, say: (line) => console.log(`${name}: ${line}`) }),
  ),
);
const faults = reports.flatMap((report) => report.faults);
for (const fault of faults.slice(0, 100)) console.error(fault);
const megabytes = reports.flatMap((report) => report.memory).map((value) => Math.round(value));
const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);
console.log(
  `${sum(reports.map(({ kills }) => kills))} kills, ${sum(reports.map(({ acknowledged }) => acknowledged))} Bundles acknowledged, ${faults.length} faults; memory ${Math.min(...megabytes)} to ${Math.max(...megabytes)} MB.`,
);
process.exit(faults.length === 0 ? 0 : 1);
