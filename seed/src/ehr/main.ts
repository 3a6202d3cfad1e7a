/** `npm run ehr`: acts as the clinic's own EHR through Backend Services: sees what waits, answers it. */
import { UsageError } from '../command-line.ts';
import { ConfigError, loadConfig } from '../config.ts';
import { createTokenSource, TokenError } from '../fhir/access-token.ts';
import { createFhirClient, FhirResponseError } from '../fhir/fhir-client.ts';
import { ActionError } from './actions.ts';
import { EHR_USAGE, runEhr } from './ehr-command.ts';

try {
  const config = loadConfig(process.env);
  const client = createFhirClient({ baseUrl: config.fhirBaseUrl, token: createTokenSource(config) });
  console.log(await runEhr(process.argv.slice(2), { client, now: () => new Date() }));
} catch (error) {
  const known = [UsageError, ConfigError, TokenError, FhirResponseError, ActionError].some(
    (kind) => error instanceof kind,
  );
  console.error(known ? `ehr: ${(error as Error).message}` : error);
  if (error instanceof UsageError) console.error(`\n${EHR_USAGE}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
