/**
 * Scopes in the words of the person who is asked: what an app may see and do, by group of data; and what a group can be narrowed to
 * (the granular parts of (g)(10) certification: categories of Condition and Observation; types of data of a whole record).
 */
import { t } from '../words/text.ts';
import { FURTHER } from './further-groups.ts';
import { CATEGORIES, DIRECTORY, GROUPS } from './groups.ts';
import { type ClinicalScope, parseClinicalScope, scopeWords } from './scope.ts';

/** A part of a group that may be allowed instead of the whole. */
export interface ScopePart {
  readonly name: string;
  readonly title: string;
  readonly scopes: readonly string[];
}

/** One line of the consent page: everything asked about one group of data. */
export interface ScopeGroup {
  /** What the form sends back. */
  readonly name: string;
  readonly title: string;
  readonly detail: string;
  readonly scopes: readonly string[];
  /** Signing in itself can't be declined piece by piece. */
  readonly required: boolean;
  readonly parts: readonly ScopePart[];
}

/** Groups in a steady order; scopes that are not understood are in none. */
export function describeScopes(scope: string): ScopeGroup[] {
  const words = scopeWords(scope);
  const byType = new Map<string, string[]>();
  for (const word of words) {
    const clinical = parseClinicalScope(word);
    if (!clinical) continue;
    const name = groupName(clinical);
    byType.set(name, [...(byType.get(name) ?? []), word]);
  }
  return [
    ...identity(words),
    ...[...byType].map(([name, scopes]) => clinicalGroup(name, scopes)),
    ...duration(words),
  ];
}

/** What is granted when these groups and parts were left ticked: a part counts only where its whole was not. */
export function chosenScopes(
  groups: readonly ScopeGroup[],
  chosen: readonly string[],
  chosenParts: readonly string[],
): string[] {
  return groups.flatMap((group) => {
    if (group.required || chosen.includes(group.name)) return group.scopes;
    return group.parts.filter(({ name }) => chosenParts.includes(name)).flatMap(({ scopes }) => scopes);
  });
}

function identity(words: readonly string[]): ScopeGroup[] {
  const scopes = words.filter((word) => /^(openid|fhirUser|profile|launch(\/\w+)?)$/.test(word));
  if (scopes.length === 0) return [];
  return [
    {
      name: 'identity',
      title: t('Who you are'),
      detail: t('That it is you who signed in, and whose record is open'),
      scopes,
      required: true,
      parts: [],
    },
  ];
}

function duration(words: readonly string[]): ScopeGroup[] {
  const groups: ScopeGroup[] = [];
  if (words.includes('offline_access')) {
    groups.push({
      name: 'offline_access',
      title: t('Access while you are away'),
      detail: t(
        'The app keeps access after you close it, until you disconnect it or it is unused for four months',
      ),
      scopes: ['offline_access'],
      required: false,
      parts: [],
    });
  }
  if (words.includes('online_access')) {
    groups.push({
      name: 'online_access',
      title: t('Access while you are signed in'),
      detail: t('The app keeps access until you sign out'),
      scopes: ['online_access'],
      required: false,
      parts: [],
    });
  }
  return groups;
}

/** What the person may see of others is another matter than their own record: `user/Patient` is apart from `Patient`. */
function groupName({ level, type }: ClinicalScope): string {
  if (DIRECTORY.has(type)) return 'directory';
  return level === 'patient' ? type : `${level}/${type}`;
}

function clinicalGroup(name: string, scopes: readonly string[]): ScopeGroup {
  const [level, ofOthers] = name.split('/');
  const [title, detail] = ofOthers === undefined ? groupWords(name) : wordsOfOthers(ofOthers);
  const writes = scopes.some((scope) => /[cud]/.test(parseClinicalScope(scope)?.interactions ?? ''));
  const only = scopes.flatMap((scope) => filterWords(parseClinicalScope(scope)?.query ?? ''));
  return {
    name,
    title,
    detail: `${detail}.${only.length > 0 ? ` ${t('Only: {what}.', { what: only.join(', ') })}` : ''} ${t(writes ? 'May see and change.' : 'May see.')}`,
    scopes,
    required: false,
    parts: partsOf(ofOthers ?? level ?? '', ofOthers === undefined ? '' : `${level}/`, scopes),
  };
}

function groupWords(name: string): readonly [title: string, detail: string] {
  if (name === '*')
    return [t('Your whole health record'), t('Everything in it now, and everything that is added later')];
  if (name === 'directory') return [t('The clinic'), t('Its people, places and services')];
  const words = GROUPS[name];
  if (words) return [t(words[0]), t(words[1])];
  const further = Object.hasOwn(FURTHER, name) ? FURTHER[name] : undefined;
  return [
    further ? t(further) : spaced(name),
    t('Entries of the kind {kind}', { kind: `"${spaced(name)}"` }),
  ];
}

function wordsOfOthers(type: string): readonly [title: string, detail: string] {
  if (type === '*') return [t('Everything you may see'), t('All records that you may open, now and later')];
  const [title, detail] = groupWords(type);
  const plain = title.replace(/^(Your|Su|Sus) /, '');
  const group = `${plain.charAt(0).toUpperCase()}${plain.slice(1)}`;
  return [t('{group} of everybody you may see', { group }), detail];
}

function partsOf(type: string, prefix: string, scopes: readonly string[]): ScopePart[] {
  const parts = type === '*' ? recordParts(scopes) : categoryParts(type, scopes);
  return parts.map((part) => ({ ...part, name: `${prefix}${part.name}` }));
}

/** Types of data instead of everything. */
function recordParts(scopes: readonly string[]): ScopePart[] {
  return Object.entries(GROUPS).flatMap(([type, [title]]) => {
    const ofType = scopes.flatMap((scope) =>
      rewritten(scope, (each) => `${each.level}/${type}.${each.interactions}`),
    );
    return CATEGORIES[type] ? categoryParts(type, ofType) : [{ name: type, title: t(title), scopes: ofType }];
  });
}

/** Categories of a type, where it is asked for as a whole. */
function categoryParts(type: string, scopes: readonly string[]): ScopePart[] {
  return (CATEGORIES[type] ?? []).flatMap(({ title, system, code }) => {
    const narrowed = scopes.flatMap((scope) =>
      rewritten(scope, (each) => `${each.level}/${type}.${each.interactions}?category=${system}|${code}`),
    );
    return narrowed.length > 0 ? [{ name: `${type}:${code}`, title: t(title), scopes: narrowed }] : [];
  });
}

function rewritten(scope: string, change: (clinical: ClinicalScope) => string): string[] {
  const clinical = parseClinicalScope(scope);
  return clinical && clinical.query === '' ? [change(clinical)] : [];
}

const spaced = (name: string): string => name.replace(/([a-z])([A-Z])/g, '$1 $2');

function filterWords(query: string): string[] {
  return query
    .split('&')
    .filter(Boolean)
    .map((pair) =>
      pair
        .slice(pair.lastIndexOf('|') + 1)
        .replace(/^.*=/, '')
        .replaceAll('-', ' '),
    );
}
