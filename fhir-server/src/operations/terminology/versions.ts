/** Which version of a code system an operation goes by, where the value set names none or another is wanted (https://hl7.org/fhir/R4/valueset-operation-expand.html). */
import { invalid, unprocessable } from '@wellspring/profiles';
import { isOfVersion, type Terminologies } from '../../terminology/terminologies.ts';
import type { OperationInput } from '../parameters.ts';

/** Code system → version. */
type Versions = ReadonlyMap<string, string>;

export const VERSION_INPUT = ['system-version', 'check-system-version', 'force-system-version'] as const;

/** `[system]|[version]`. Errors: 400 for another form, and for two versions of one system. */
function versionsOf(input: OperationInput, name: (typeof VERSION_INPUT)[number]): Versions {
  const found = new Map<string, string>();
  for (const text of input.all(name)) {
    const bar = text.indexOf('|');
    const [system, version] = [text.slice(0, bar), text.slice(bar + 1)];
    if (bar < 1 || version === '') throw invalid(`'${name}' takes [system]|[version].`);
    if ((found.get(system) ?? version) !== version)
      throw invalid(`'${name}' names two versions of one code system.`);
    found.set(system, version);
  }
  return found;
}

/**
 * By `system-version` and `check-system-version` where the set names none, by `force-system-version` whatever it names. 422 where a code system that is used is here, but not
 * in the version that is asked for.
 */
export function withAskedVersions(terminologies: Terminologies, input: OperationInput): Terminologies {
  const { codeSystem } = terminologies;
  const forced = versionsOf(input, 'force-system-version');
  const usual = new Map([
    ...versionsOf(input, 'check-system-version'),
    ...versionsOf(input, 'system-version'),
  ]);
  const versionFor = (url: string, version: string | undefined): string | undefined =>
    forced.get(url) ?? version ?? usual.get(url);
  return {
    ...terminologies,
    versionFor,
    async codeSystem(url, version) {
      const asked = forced.get(url) ?? (version === undefined ? usual.get(url) : undefined);
      if (asked === undefined) return codeSystem(url, version);
      const found = await codeSystem(url, asked);
      if (found || !(await codeSystem(url))) return found;
      throw unprocessable(
        `The version ${asked.slice(0, 200)} of the code system ${url.slice(0, 200)} is not held here.`,
      );
    },
  };
}

/** 422 where a code system was used in another version than was to be checked or forced. `used`: as `[system]|[version]`. */
export function requireVersions(input: OperationInput, used: Iterable<string>): void {
  const names = ['check-system-version', 'force-system-version'] as const;
  const wanted = names.flatMap((name) => [...versionsOf(input, name)]);
  for (const each of used) {
    const [system, version] = each.split('|');
    const other = wanted.find(([url, asked]) => url === system && !isOfVersion(version, asked));
    if (other)
      throw unprocessable(
        `The code system ${other[0].slice(0, 200)} is used in the version ${version ?? 'that names none'}, not in ${other[1].slice(0, 200)}.`,
      );
  }
}
