/** SMART scopes in words: what may be done with what, sixty types in a few lines. */
import { capital } from '../../format/clinical.ts';
import { lookUp } from '../../format/table.ts';
import { locale } from '../../i18n/language.ts';
import { type Text, t } from '../../i18n/text.ts';
import { areaOf, areas, thingWords } from '../access/things.ts';

/** What may be done, and with what. */
export interface ScopeDeed {
  readonly does: string;
  readonly things: readonly ThingsOfArea[];
}

export interface ThingsOfArea {
  /** What all of them are about; undefined where they are too few to be told apart by it, and of what has no area. */
  readonly area: string | undefined;
  readonly names: readonly string[];
}

export interface ScopeWords {
  readonly heading: string;
  readonly deeds: readonly ScopeDeed[];
  /** What is about no data, and what is not understood, as it is written. */
  readonly lines: readonly string[];
}

const LEVELS: Readonly<Record<string, Text>> = {
  patient: 'Of patients who allow it, for their own records',
  user: 'Of everybody whom whoever uses it may open',
  system: 'Of all patients, by itself, with nobody signed in',
};

const CONTEXT: Readonly<Record<string, Text>> = {
  openid: 'who signs in',
  fhirUser: 'who signs in',
  profile: 'who signs in',
  launch: 'which record is open',
  'launch/patient': 'which record is open',
  'launch/encounter': 'which record is open',
  offline_access: 'access that goes on when nobody is there',
  online_access: 'access until the person signs out',
};

const SCOPE = /^(patient|user|system)\/([A-Za-z]+|\*)\.([a-z*]+)(?:\?(.+))?$/;
/** SMART 1.0 (https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#scopes-for-requesting-fhir-resources). */
const V1: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };

interface Clinical {
  readonly word: string;
  readonly level: string;
  readonly type: string;
  readonly letters: string;
  readonly filter: string | undefined;
}

/** What an app asks for, the furthest reach first. */
export function scopeWords(scope: string): readonly ScopeWords[] {
  const words = scope.split(/\s+/).filter(Boolean);
  const clinical = words.flatMap((word) => clinicalOf(word) ?? []);
  const ofLevels = Object.entries(LEVELS).flatMap(([level, label]) => {
    const own = clinical.filter((each) => each.level === level);
    return own.length === 0 ? [] : [{ heading: t(label), deeds: deedsOf(own), lines: [] }];
  });
  const further = words
    .filter((word) => !clinical.some((each) => each.word === word))
    .map((word) => {
      const known = lookUp(CONTEXT, word);
      return known ? t(known) : word;
    });
  if (further.length === 0) return ofLevels.toReversed();
  return [...ofLevels.toReversed(), { heading: t('Besides'), deeds: [], lines: [...new Set(further)] }];
}

function clinicalOf(word: string): Clinical | undefined {
  const [, level, type, letters, filter] = SCOPE.exec(word) ?? [];
  if (!level || !type || !letters) return undefined;
  return { word, level, type, letters: lookUp(V1, letters) ?? letters, filter };
}

/** The same deeds are said once, with all the things that they are done with. */
function deedsOf(scopes: readonly Clinical[]): readonly ScopeDeed[] {
  const ofThings = Map.groupBy(scopes, ({ type, filter }) => `${type}?${filter ?? ''}`);
  const things = [...ofThings.values()].map((same) => ({
    ...(same[0] as Clinical),
    does: doesText(same.map(({ letters }) => letters).join('')),
  }));
  return [...Map.groupBy(things, ({ does }) => does)].map(([does, ofDeed]) => ({
    does,
    things: byArea(ofDeed),
  }));
}

const VERBS: readonly (readonly [letters: RegExp, does: Text])[] = [
  [/[rs]/, 'sees'],
  [/c/, 'adds'],
  [/u/, 'changes'],
  [/d/, 'removes'],
];

const doesText = (letters: string): string =>
  capital(
    new Intl.ListFormat(locale(), { type: 'conjunction' }).format(
      VERBS.flatMap(([means, does]) => (means.test(letters) ? [t(does)] : [])),
    ),
  );

/** As many are read at a glance. */
const FEW = 5;

function byArea(things: readonly Clinical[]): readonly ThingsOfArea[] {
  if (things.length <= FEW) return [{ area: undefined, names: things.map(nameOf) }];
  const grouped = Map.groupBy(things, ({ type }) => areaOf(type));
  return [undefined, ...areas()].flatMap((area) => {
    const own = grouped.get(area);
    return own ? [{ area, names: own.map(nameOf) }] : [];
  });
}

function nameOf({ type, filter }: Clinical): string {
  const what = type === '*' ? t('the whole record') : thingWords(type);
  return filter === undefined ? what : `${what} (${readable(filter)})`;
}

/** As it is meant, not as it stands in an address. */
const readable = (filter: string): string =>
  [...new URLSearchParams(filter)].map(([name, value]) => `${name}=${value}`).join(', ');
