/** SMART App Launch 2.2 scopes, v1 and v2 (https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html). */
import { isResourceType } from '@wellspring/profiles';
import type { QueryNode } from '../search/query.ts';
import { derivedOnce } from './derived.ts';

export type Interaction = 'c' | 'r' | 'u' | 'd' | 's';

export interface Scope {
  readonly level: 'patient' | 'user' | 'system';
  /** A resource type, or '*'. */
  readonly type: string;
  readonly interactions: ReadonlySet<Interaction>;
  /** `?category=…`: only resources for which every pair holds. */
  readonly filter: readonly (readonly [string, string])[];
  /** Of staff: the Patients whose records it opens (reach.ts); undefined: all. */
  readonly reach?: QueryNode;
  /** Of those, the ones that are within reach by more than an emergency. */
  readonly lasting?: QueryNode;
}

const SCOPE = /^(patient|user|system)\/([A-Za-z]+|\*)\.(read|write|\*|c?r?u?d?s?)(?:\?(\S+))?$/;
const V1: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };

/** Parameters that a granular scope may filter by: few, exact and indexed. */
const FILTERS: ReadonlySet<string> = new Set([
  'category',
  'code',
  'status',
  'type',
  'clinical-status',
  'class',
]);

/** Of a Task its performer is a code, whose pool it is in; of other types it is a person. What answers are for (checking in) their identifier's system says. */
const isFilter = (type: string, name: string): boolean =>
  FILTERS.has(name) ||
  (type === 'Task' && name === 'performer') ||
  (type === 'QuestionnaireResponse' && name === 'identifier');

/** The clinical scopes in a `scope` string. What is not one, or is not understood whole, grants nothing. */
export function parseScopes(text: string): Scope[] {
  return text.split(' ').flatMap((part) => parseScope(part) ?? []);
}

function parseScope(text: string): Scope | undefined {
  const match = SCOPE.exec(text);
  if (!match) return undefined;
  const [, level, type, letters, query] = match as unknown as [
    string,
    Scope['level'],
    string,
    string,
    string?,
  ];
  if (letters === '' || (type !== '*' && !isResourceType(type))) return undefined;
  const filter = [...new URLSearchParams(query ?? '')];
  if (
    query !== undefined &&
    (filter.length === 0 || filter.some(([name, value]) => !isFilter(type, name) || value === ''))
  ) {
    return undefined;
  }
  return {
    level,
    type,
    interactions: new Set((V1[letters] ?? letters) as Iterable<Interaction>),
    filter,
  };
}

const LETTERS: readonly Interaction[] = ['c', 'r', 'u', 'd', 's'];

/** As parseScopes reads it. */
export function scopeText({
  level,
  type,
  interactions,
  filter,
}: Pick<Scope, 'level' | 'type' | 'interactions' | 'filter'>): string {
  const letters = LETTERS.filter((each) => interactions.has(each)).join('');
  const query = new URLSearchParams([...filter] as [string, string][]).toString();
  return `${level}/${type}.${letters}${query === '' ? '' : `?${query}`}`;
}

/** Those that speak of this interaction on the type, whatever else bounds them: a role's are dozens. */
export const granting = (
  scopes: readonly Scope[],
  type: string,
  interaction: Interaction,
): readonly Scope[] =>
  granted(scopes, `${interaction} ${type}`, () => scopes.filter((scope) => covers(scope, type, interaction)));

const granted = derivedOnce<readonly Scope[]>();

export function covers(scope: Scope, type: string, interaction: Interaction): boolean {
  return (scope.type === '*' || scope.type === type) && scope.interactions.has(interaction);
}
