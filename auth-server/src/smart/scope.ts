/** SMART App Launch 2.2 scopes: grammar, and which scope covers which (https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html). */

export interface ClinicalScope {
  readonly level: 'patient' | 'user' | 'system';
  /** A resource type or '*'. */
  readonly type: string;
  /** Letters of `cruds`, in order. */
  readonly interactions: string;
  /** The query after `?`, '' when there is none. */
  readonly query: string;
}

const CLINICAL =
  /^(patient|user|system)\/([A-Z][A-Za-z]+|\*)\.(read|write|\*|c?r?u?d?s?)(?:\?([A-Za-z-]+=[^\s&]+(?:&[A-Za-z-]+=[^\s&]+)*))?$/;
const V1: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };

const CONTEXT: ReadonlySet<string> = new Set([
  'openid',
  'fhirUser',
  'profile',
  'launch',
  'launch/patient',
  'launch/encounter',
  'offline_access',
  'online_access',
]);

/** Parameters that the FHIR server filters by (docs/APPS.md): a scope with another would be shown to a person, and open nothing. */
const FILTERS: ReadonlySet<string> = new Set([
  'category',
  'code',
  'status',
  'type',
  'clinical-status',
  'class',
]);

/** undefined for anything that is not a clinical scope in the right letters and order, or that filters by what the FHIR server would not. */
export function parseClinicalScope(text: string): ClinicalScope | undefined {
  const scope = readClinicalScope(text);
  const isUnderstood = pairsOf(scope?.query ?? '').every(([name]) => FILTERS.has(name));
  return isUnderstood ? scope : undefined;
}

/** By whatever it filters: the FHIR server keeps what a role left of a scope, too. */
export function readClinicalScope(text: string): ClinicalScope | undefined {
  const [, level, type, letters, query] = CLINICAL.exec(text) ?? [];
  if (!level || !type || !letters) return undefined;
  return {
    level: level as ClinicalScope['level'],
    type,
    interactions: V1[letters] ?? letters,
    query: query ?? '',
  };
}

export function isSmartScope(text: string): boolean {
  return CONTEXT.has(text) || parseClinicalScope(text) !== undefined;
}

/** The words of a scope string, each once. */
export function scopeWords(text: string | undefined): string[] {
  return [...new Set((text ?? '').split(/\s+/).filter(Boolean))];
}

/** Does the wider scope allow everything that the narrower one does? */
export function covers(wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  const a = parseClinicalScope(wide);
  const b = readClinicalScope(narrow);
  if (!a || !b || a.level !== b.level) return false;
  if (a.type !== '*' && a.type !== b.type) return false;
  const filters = new Set(pairsOf(b.query).map(String));
  if (!pairsOf(a.query).every((pair) => filters.has(String(pair)))) return false;
  return [...b.interactions].every((letter) => a.interactions.includes(letter));
}

/** Every pair holds of what such a scope opens. */
const pairsOf = (query: string): [string, string][] => [...new URLSearchParams(query)];
