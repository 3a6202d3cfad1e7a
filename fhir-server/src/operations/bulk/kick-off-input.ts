/** What a kick-off brings: query parameters, or a Parameters resource; what the operation does not have is refused, or with `handling=lenient` told of. */
import { type Issue, invalid } from '@wellspring/profiles';
import { type FhirRequest, isLenient } from '../../interactions/request.ts';
import { givenValue, type Kind, requireKind } from '../parameters.ts';

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

/** `allowed`: what each takes. */
export function kickOffInput(request: FhirRequest, allowed: Readonly<Record<string, Kind>>): KickOffInput {
  const given = new Map<string, string[]>();
  const notices: Issue[] = [];
  const leaveOut = (text: string): void => {
    if (!isLenient(request)) throw invalid(text, 'Parameters.parameter');
    notices.push({ severity: 'warning', code: 'not-supported', diagnostics: `${text} It was left out.` });
  };
  const inUrl = request.query.map(([name, value]): Given => [name, 'String', value]);
  for (const [name, member, asked] of [...inUrl, ...bodyOf(request)]) {
    if (name === '_format' || name === '_pretty') continue;
    const kind = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (kind === undefined) leaveOut(`The operation has no parameter '${name.slice(0, 64)}'.`);
    else {
      // Nothing would mean everything, however lenient.
      requireKind(name, kind, asked, member);
      const value = textOf(name, asked);
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

type Given = readonly [name: string, member: string, value: unknown];

function bodyOf({ resource }: FhirRequest): Given[] {
  if (resource === undefined) return [];
  if (resource.resourceType !== 'Parameters') throw invalid('The body must be a Parameters resource.');
  return ((resource.parameter as Json[] | undefined) ?? []).map((each) => [
    String(each.name),
    ...givenValue(each),
  ]);
}

function textOf(name: string, value: unknown): string {
  const text = typeof value === 'object' ? (value as { reference?: unknown }).reference : value;
  if (text === undefined || typeof text === 'object')
    throw invalid(`The parameter '${name.slice(0, 64)}' has no value.`, 'Parameters.parameter');
  return String(text);
}
