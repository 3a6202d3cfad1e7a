/** What a kick-off brings: query parameters, or a Parameters resource; what the operation does not have is refused, or with `handling=lenient` told of. */
import { type Issue, invalid } from '@wellspring/profiles';
import { type FhirRequest, isLenient } from '../../interactions/request.ts';

type Json = Record<string, unknown>;

export interface KickOffInput {
  /** In the order given; those with commas as they are. */
  all(name: string): readonly string[];
  /** At most one. */
  one(name: string): string | undefined;
  /** Values that may be parted by commas. */
  list(name: string): readonly string[];
  readonly notices: Issue[];
  /** Refuses what can't be done, or leaves it out and says so. */
  leaveOut(text: string): void;
}

export function kickOffInput(request: FhirRequest, allowed: readonly string[]): KickOffInput {
  const given = new Map<string, string[]>();
  const notices: Issue[] = [];
  const leaveOut = (text: string): void => {
    if (!isLenient(request)) throw invalid(text);
    notices.push({ severity: 'warning', code: 'not-supported', diagnostics: `${text} It was left out.` });
  };
  for (const [name, value] of [...request.query, ...bodyOf(request)]) {
    if (name === '_format' || name === '_pretty') continue;
    if (!allowed.includes(name)) leaveOut(`The operation has no parameter '${name.slice(0, 64)}'.`);
    else {
      const before = given.get(name);
      if (before) before.push(value);
      else given.set(name, [value]);
    }
  }
  const all = (name: string): readonly string[] => given.get(name) ?? [];
  return {
    all,
    list: (name) =>
      all(name)
        .flatMap((value) => value.split(','))
        .map((value) => value.trim())
        .filter(Boolean),
    one(name) {
      const [value, another] = all(name);
      if (another !== undefined) throw invalid(`'${name}' may be given once.`);
      return value;
    },
    notices,
    leaveOut,
  };
}

function bodyOf({ resource }: FhirRequest): [string, string][] {
  if (resource === undefined) return [];
  if (resource.resourceType !== 'Parameters') throw invalid('The body must be a Parameters resource.');
  return ((resource.parameter as Json[] | undefined) ?? []).map((each) => {
    const key = Object.keys(each ?? {}).find((member) => member.startsWith('value'));
    const value = key === undefined ? undefined : each[key];
    const text = typeof value === 'object' ? (value as { reference?: unknown } | null)?.reference : value;
    if (text === undefined || typeof text === 'object')
      throw invalid(
        `The parameter '${String(each?.name).slice(0, 64)}' has no value.`,
        'Parameters.parameter',
      );
    return [String(each.name), String(text)];
  });
}
