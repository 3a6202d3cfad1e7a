/**
 * Holds the imports against .dependency-cruiser.mjs. A check that could not fail is as red as a violation: too few modules seen, a rule that no
 * module falls under (its folder has moved), a folder of the portal that stands on no floor.
 */
import { readdirSync } from 'node:fs';
import { cruise, type ICruiseOptions, type IReporterOutput } from 'dependency-cruiser';
// @ts-expect-error: plain JavaScript, so that the cruiser's own command line can read it too.
import layers, { FLOORS } from '../.dependency-cruiser.mjs';

/** Fewer modules than this means that TypeScript was not read at all. */
const LEAST_MODULES = 60;
const APPS = 'portal-app/src';

interface Rule {
  readonly name: string;
  readonly from: { readonly path?: string };
  readonly to: { readonly path?: string };
}

const { forbidden, options } = layers as unknown as {
  forbidden: readonly Rule[];
  options: ICruiseOptions;
};
const result: IReporterOutput = await cruise(
  ['profiles/src', 'fhir-server/src', 'auth-server/src', APPS, 'seed/src'],
  { ...options, ruleSet: { forbidden: [...forbidden] as never }, validate: true },
);
if (typeof result.output === 'string') throw new Error('dependency-cruiser gave no result');
const { modules, summary } = result.output;
const seen = modules.map(({ source }) => source);

/** Nothing that was seen lies where the rule looks. */
const isVacuous = ({ from, to }: Rule): boolean =>
  [from.path, to.path].some(
    (path) => path !== undefined && !seen.some((source) => new RegExp(path).test(source)),
  );

const problems = [
  ...summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
  ...forbidden
    .filter(isVacuous)
    .map(({ name }) => `${name}: no module lies where this rule looks; has its folder moved?`),
  ...readdirSync(APPS)
    .filter((folder) => !(FLOORS as string[]).includes(folder))
    .map((folder) => `${APPS}/${folder}: this stands on no floor`),
  ...(FLOORS as string[])
    .filter((floor) => !seen.some((source) => source.startsWith(`${APPS}/${floor}/`)))
    .map((floor) => `${APPS}/${floor}: no module was seen on this floor`),
  ...(summary.totalCruised < LEAST_MODULES
    ? [`Only ${summary.totalCruised} modules were seen: the check is blind.`]
    : []),
];
for (const problem of problems) console.error(problem);
console.log(`${summary.totalCruised} modules, ${problems.length} violations`);
process.exit(problems.length === 0 ? 0 : 1);
