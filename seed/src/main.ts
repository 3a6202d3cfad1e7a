/** `npm run seed`: loads the demonstration clinic or a folder of Synthea Bundles over the FHIR API. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { clinicBundles } from './clinic/bundles.ts';
import { demoAccounts, demoAccountsFile, writeDemoAccounts } from './clinic/demo-accounts.ts';
import { demoClinic } from './clinic/demo-clinic.ts';
import { hasClinic, loadClinic } from './clinic/load-clinic.ts';
import { ANCHOR } from './clinical/calendar.ts';
import { type Command, parseCommandLine, USAGE, UsageError } from './command-line.ts';
import { ConfigError, loadConfig, type SeedConfig } from './config.ts';
import { createTokenSource, TokenError } from './fhir/access-token.ts';
import { createFhirClient, type FhirClient, FhirResponseError } from './fhir/fhir-client.ts';
import { count, createProgress, type Progress } from './progress.ts';
import { FileError } from './synthea/files.ts';
import { openLoadState } from './synthea/load-state.ts';
import { describeReport, loadSynthea } from './synthea/load-synthea.ts';

async function run(command: Command): Promise<number> {
  if (command.kind === 'help') {
    console.log(USAGE);
    return 0;
  }
  const config = loadConfig(process.env);
  const progress = createProgress(process.stdout);
  const client = createFhirClient({
    baseUrl: config.fhirBaseUrl,
    token: createTokenSource(config),
    onRetry: (reason, milliseconds) =>
      progress.say(`${reason}; trying again in ${(milliseconds / 1000).toFixed(1)} s`),
  });
  return command.kind === 'demo'
    ? seedClinic(command, config, client, progress)
    : seedSynthea(command, config, client, progress);
}

async function seedClinic(
  command: Command & { kind: 'demo' },
  config: SeedConfig,
  client: FhirClient,
  progress: Progress,
): Promise<number> {
  // A clock that lies before the clinic's first day would put its newest results before its history.
  const clinic = demoClinic({ today: command.today < ANCHOR ? ANCHOR : command.today, seed: command.seed });
  const bundles = clinicBundles(clinic);
  const accounts = demoAccountsFile(config.dataDir);
  const there = command.ifEmpty && (await hasClinic(client, bundles));
  if (there && (await isFile(accounts))) {
    console.log('The demonstration clinic is there already.');
    return 0;
  }
  if (!there) {
    const { resources } = await loadClinic(client, bundles, progress);
    console.log(
      `The demonstration clinic is loaded: ${clinic.patients.length} patients, ${count(resources)} resources.`,
    );
  }
  await writeDemoAccounts(accounts, demoAccounts(clinic, command.password));
  console.log(`Sign-ins: ${accounts}`);
  return 0;
}

async function seedSynthea(
  command: Command & { kind: 'synthea' },
  config: SeedConfig,
  client: FhirClient,
  progress: Progress,
): Promise<number> {
  const state = await openLoadState(join(config.dataDir, 'seed-synthea.json'), config.fhirBaseUrl);
  const report = await loadSynthea({ ...command, client, state, progress });
  console.log(describeReport(report));
  return report.errors.length === 0 ? 0 : 1;
}

async function isFile(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

try {
  process.exitCode = await run(parseCommandLine(process.argv.slice(2), new Date()));
} catch (error) {
  const known = [UsageError, ConfigError, TokenError, FhirResponseError, FileError].some(
    (kind) => error instanceof kind,
  );
  console.error(known ? `seed: ${(error as Error).message}` : error);
  if (error instanceof UsageError) console.error(`\n${USAGE}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
