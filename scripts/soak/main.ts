/**
 * `npm run soak`: kills the server again and again for an hour (`-- --minutes N`), some thousand times, on the embedded store or on `--mongodb URL`, and says what was lost,
 * half there, or grew. Exit code 1 when anything was.
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
const report = await soak({ minutes, mongodb: values.mongodb, say: (line) => console.log(line) });
for (const fault of report.faults.slice(0, 100)) console.error(fault);
const megabytes = report.memory.map((value) => Math.round(value));
console.log(
  `${report.kills} kills, ${report.acknowledged} Bundles acknowledged, ${report.faults.length} faults; memory ${Math.min(...megabytes)} to ${Math.max(...megabytes)} MB.`,
);
process.exit(report.faults.length === 0 ? 0 : 1);
