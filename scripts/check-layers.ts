/** Holds the imports against .dependency-cruiser.mjs. A cruiser that saw too little is as red as a violation. */
import { cruise, type ICruiseOptions, type IReporterOutput } from 'dependency-cruiser';
// @ts-expect-error: plain JavaScript, so that the cruiser's own command line can read it too.
import layers from '../.dependency-cruiser.mjs';

/** Fewer modules than this means that TypeScript was not read at all. */
const LEAST_MODULES = 60;

const { forbidden, options } = layers as unknown as {
  forbidden: NonNullable<ICruiseOptions['ruleSet']>['forbidden'];
  options: ICruiseOptions;
};
const result: IReporterOutput = await cruise(
  ['profiles/src', 'fhir-server/src', 'auth-server/src', 'portal-app/src', 'seed/src'],
  { ...options, ruleSet: { forbidden: forbidden ?? [] }, validate: true },
);
if (typeof result.output === 'string') throw new Error('dependency-cruiser gave no result');
const { totalCruised, violations } = result.output.summary;
for (const { rule, from, to } of violations) console.error(`${rule.name}: ${from} → ${to}`);
if (totalCruised < LEAST_MODULES)
  console.error(`Only ${totalCruised} modules were seen: the check is blind.`);
const ok = violations.length === 0 && totalCruised >= LEAST_MODULES;
console.log(`${totalCruised} modules, ${violations.length} violations`);
process.exit(ok ? 0 : 1);
