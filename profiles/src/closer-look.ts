/**
 * What `$validate` tells of a resource that is valid R4, beyond what a write is refused for: extensions that are not known, markup where text belongs,
 * vital signs that are no R4 vital signs, and the profiles of resources inside of others. What code systems say of codes is told elsewhere.
 */
import { isObject } from './fhirpath/node.ts';
import { addIssue, firstIssues, type Issue } from './outcome.ts';
import { claimedProfiles, isOwnType, type Unchecked, validateProfiles } from './profiles.ts';
import { closerResourceFaults } from './validation/closer/closer-resources.ts';
import { closerValueFaults } from './validation/closer/closer-values.ts';
import { namesAnother } from './validation/codes/code-forms.ts';
import { outsideOfSet } from './validation/codes/set-membership.ts';
import type { Known } from './validation/known.ts';
import { impliedProfiles } from './validation/profile/vital-signs.ts';
import { isPeriodOrderCertain } from './validation/structure/period.ts';
import { isAbsolute } from './validation/structure/uris.ts';
import { validateValue } from './validation/validate-profile.ts';
import { type VisitedElement, visitElements } from './validation/visit-elements.ts';

/** More of one resource help nobody. */
const MAX_ISSUES = 50;

/** Of a resource that is valid R4. `areAllKnown`: all definitions that it names were looked up; else nothing is said of those that are not known. `found`: what was found by its profiles. */
export function closerLook(
  resource: Readonly<Record<string, unknown>>,
  unchecked: Unchecked,
  known: Known,
  areAllKnown: boolean,
  found: readonly Issue[] = [],
): Issue[] {
  const isNew = isToldNowhere(found);
  const issues = validateProfiles(resource, impliedProfiles(resource), unchecked, known, true);
  issues.push(...ofResource(resource, String(resource.resourceType)));
  const told = new Set<string>();
  visitElements(resource, (visited) => {
    const { value, element, path } = visited;
    for (const { place, text } of closerValueFaults(visited))
      issues.push(error('value', text, place === '' ? path : `${path}.${place}`));
    if (element.type === 'Resource') issues.push(...inside(visited, resource, unchecked, known, told));
    else if (element.type === 'string') issues.push(...markup(visited));
    else if (element.type === 'uri') issues.push(...localSystem(visited));
    else if (!isObject(value)) return;
    else if (element.type === 'Coding') issues.push(...coding(value, visited));
    else if (element.type === 'Period' && !isPeriodOrderCertain(value))
      issues.push(
        error('invariant', 'per-1: it can not be told that the period starts before it ends.', path),
      );
    else if (element.type === 'Extension' && areAllKnown)
      issues.push(...unknownExtension(value, visited, known));
  });
  const fresh = issues.filter(isNew);
  const deciding = fresh.filter(({ question }) => question?.decides);
  const others = fresh.filter(({ question }) => !question?.decides);
  return [...firstIssues(others, MAX_ISSUES), ...deciding, ...codeAdvice(resource, known)];
}

/** A profile says again what it is derived from, and vital signs may claim to be some. */
function isToldNowhere(found: readonly Issue[]): (issue: Issue) => boolean {
  const told = new Set(found.map(keyOf));
  return (issue) => !told.has(keyOf(issue));
}

const keyOf = ({ severity, expression, diagnostics }: Issue): string =>
  JSON.stringify([severity, expression, diagnostics.replace(/ \(profile [^()]*\)$/, '')]);

/** Codes of a resource that is valid R4 which are in no set that R4 and the definitions of its extensions prefer where it has one that fits. */
export function codeAdvice(resource: Readonly<Record<string, unknown>>, known: Known): Issue[] {
  const advice: Issue[] = [];
  visitElements(resource, (visited) => {
    for (const each of bindingAdvice(visited, known)) addIssue(advice, each, MAX_ISSUES);
  });
  return advice;
}

function bindingAdvice({ value, element, path, resource }: VisitedElement, known: Known): Issue[] {
  if (element.extensible !== undefined)
    return [outsideOfSet(element.extensible, 'extensible', value, element.type, path)].filter(
      (issue) => issue !== undefined,
    );
  if (element.type !== 'Extension' || !isObject(value)) return [];
  const { url } = value;
  const definition = typeof url === 'string' && isAbsolute(url) ? known.profile(url) : undefined;
  if (definition?.type !== 'Extension') return [];
  return validateValue(definition, value, path, resource, known, { isClose: true }).filter(isOfBinding);
}

const isOfBinding = ({ severity, code, question }: Issue): boolean =>
  question ? question.isAdvice === true : severity === 'warning' && code === 'code-invalid';

/** A resource in another one, in its own place: what it claims to conform to, and has to. */
function inside(
  { value, path }: VisitedElement,
  whole: Readonly<Record<string, unknown>>,
  unchecked: Unchecked,
  known: Known,
  told: Set<string>,
): Issue[] {
  if (!isObject(value)) return [];
  const own = ofResource(value, path);
  const claims = [...new Set([...claimedProfiles(value), ...impliedProfiles(value)])];
  const byProfiles = claims.flatMap((url): Issue[] => {
    if (isOwnType(url, value)) return [];
    const profile = known.profile(url);
    if (profile && profile.type === value.resourceType)
      return validateValue(profile, value, path, whole, known, { isClose: true, unchecked });
    if (profile)
      return [error('structure', `The profile ${url.slice(0, 200)} is for ${profile.type}.`, path)];
    if (told.has(url)) return [];
    told.add(url);
    const text = `The profile ${url.slice(0, 200)} was not checked: it is not known here.`;
    return [{ severity: unchecked, code: 'not-supported', diagnostics: text, expression: path }];
  });
  return [...own, ...byProfiles];
}

const ofResource = (resource: Readonly<Record<string, unknown>>, path: string): Issue[] =>
  closerResourceFaults(resource).map(({ place, text }) => error('invariant', text, `${path}.${place}`));

/** What a page would run or load, were the text put into it. */
const ACTIVE =
  /<\s{0,9}(?:script|iframe|object|embed|applet|link|meta|base|form|style|svg|img)\b|<[a-z][^<>]{0,200}\son[a-z]{1,30}\s{0,9}=/i;

function markup({ value, path }: VisitedElement): Issue[] {
  if (typeof value !== 'string' || !value.includes('<') || !ACTIVE.test(value)) return [];
  const diagnostics = 'A string is plain text; this holds active markup, which must not be shown as it is.';
  return [{ severity: 'warning', code: 'security', diagnostics, expression: path }];
}

function coding(
  { system, code, display }: Readonly<Record<string, unknown>>,
  { path }: VisitedElement,
): Issue[] {
  const isOther =
    typeof system === 'string' &&
    typeof code === 'string' &&
    typeof display === 'string' &&
    namesAnother(system, code, display);
  return isOther ? [error('value', 'The display is that of another code.', `${path}.display`)] : [];
}

/** A code system that a ValueSet contains has a URL too: its place is told by the extension valueset-system. */
function localSystem({ value, path }: VisitedElement): Issue[] {
  if (typeof value !== 'string' || !value.startsWith('#') || !LOCAL_SYSTEM.test(path)) return [];
  return [error('value', 'The system is an absolute URI.', path)];
}

const LOCAL_SYSTEM = /compose\.(?:include|exclude)\[\d+\]\.system$/;

/** Told of by what a write is told as well: newer definitions of HL7's live under the same URLs (extensions.ts). */
const TOLD = 'http://hl7.org/fhir/StructureDefinition/';

/** What another version of FHIR has as an element (https://hl7.org/fhir/R4/versions.html#extensions): defined, if not here. */
const OF_ANOTHER_VERSION = /^http:\/\/hl7\.org\/fhir\/\d+\.\d+\/StructureDefinition\/extension-/;

/**
 * Nothing is refused because it has an extension that is not known here, unless what that changes can't be told
 * (https://hl7.org/fhir/R4/extensibility.html#modifierExtension).
 */
function unknownExtension(
  { url }: Readonly<Record<string, unknown>>,
  { path, property }: VisitedElement,
  known: Known,
): Issue[] {
  if (typeof url !== 'string' || !isAbsolute(url) || known.definition(url) !== undefined) return [];
  if (known.understood?.has(url)) return [];
  const name = url.slice(0, 200);
  if (property === 'modifierExtension' && !OF_ANOTHER_VERSION.test(url))
    return [error('not-found', `The extension ${name} changes the meaning, and is not known here.`, path)];
  if (url.startsWith(TOLD)) return [];
  const diagnostics = `The extension ${name} was not checked: it is not known here.`;
  return [{ severity: 'warning', code: 'not-found', diagnostics, expression: path }];
}

const error = (code: string, diagnostics: string, expression: string): Issue => ({
  severity: 'error',
  code,
  diagnostics,
  expression,
});
