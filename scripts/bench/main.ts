/**
 * `npm run bench`: the numbers of docs/PERFORMANCE.md, each beside what it is compared with in the same run. Machines are noisy: look at the
 * ratios. `-- --million` searches 1,000,000 Observations too (takes a quarter of an hour), `-- --seconds N` sets the length of each load. `-- --mongodb URL`
 * measures reads, searches, creates, transactions and notifications on that MongoDB deployment instead, with what each costs there.
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { authorization } from './auth.ts';
import { bulkRows } from './bulk.ts';
import { appSizes, crudMix, validation } from './measures.ts';
import { onMongodb } from './mongodb.ts';
import { policies } from './policies.ts';
import type { Row } from './row.ts';
import { storeRows } from './store-rows.ts';
import { subscriptionRows } from './subscriptions.ts';

const { values } = parseArgs({
  options: {
    million: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '6' },
    only: { type: 'string' },
    mongodb: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const { mongodb } = values;
const embedded: Record<string, () => Promise<Row[]> | Row[]> = {
  policies: () => policies(seconds),
  small: () => storeRows({ observations: 10_000, seconds }),
  ...(values.million ? { million: () => storeRows({ observations: 1_000_000, seconds }) } : {}),
  bulk: () => bulkRows(values.million ? 1_000_000 : 50_000),
  subscriptions: () => subscriptionRows(10_000),
  mix: () => crudMix(seconds),
  auth: () => authorization(seconds),
  validation,
  portal: appSizes,
};
const sections =
  mongodb === undefined
    ? embedded
    : {
        mongodb: () => onMongodb(mongodb, seconds),
        subscriptions: () =>
          subscriptionRows(2000, {
            MONGODB_URL: mongodb,
            MONGODB_DATABASE: `bench_${randomUUID().slice(0, 8)}`,
          }),
      };
const rows: Row[] = [];
for (const [name, measure] of Object.entries(sections)) {
  if (values.only !== undefined && !values.only.split(',').includes(name)) continue;
  console.error(`measuring: ${name} …`);
  rows.push(...(await measure()));
}
console.log('| what | measured | against | goal |\n|---|---|---|---|');
for (const row of rows) console.log(`| ${row.what} | ${row.measured} | ${row.against} | ${row.goal} |`);
process.exit(0);
