/** `node scripts/prepare.ts`: makes what is missing of the keys and first-party clients, for who starts the servers one by one (compose.yaml). */
import { prepareDataFolder } from './first-start.ts';
import { startConfig } from './start-config.ts';

const config = startConfig(process.env);
await prepareDataFolder(config.dataDir, config.env);
console.log(`Keys and clients are in ${config.dataDir}.`);
