/**
 * Extensions held against their definitions, found by URL (https://hl7.org/fhir/R4/extensibility.html): the place, what they hold, and whether
 * they change meaning. One that is not known here passes; where its URL is HL7's own, with a warning.
 */
import { isObject } from '../fhirpath/node.ts';
import type { Issue } from '../outcome.ts';
import { brokenInvariants, mayStandIn } from './extension-context.ts';
import type { Known } from './known.ts';
import type { Profile } from './profile/profile-tree.ts';
import { notEvaluated } from './structure/invariants.ts';
import { isAbsolute } from './structure/uris.ts';
import { validateValue } from './validate-profile.ts';
import { type VisitedElement, visitElements } from './visit-elements.ts';

const HL7 = 'http://hl7.org/fhir/StructureDefinition/';

/** Of a resource that is valid R4. */
export function extensionIssues(resource: Readonly<Record<string, unknown>>, known: Known): Issue[] {
  const issues: Issue[] = [];
  visitElements(resource, (visited) => {
    if (visited.element.type !== 'Extension' || !isObject(visited.value)) return;
    const { url } = visited.value;
    // The names inside an extension are those of its definition.
    if (typeof url !== 'string' || !isAbsolute(url)) return;
    issues.push(...checkOne(known, visited, url));
  });
  return issues;
}

function checkOne(known: Known, visited: VisitedElement, url: string): Issue[] {
  const definition = known.profile(url);
  const { path } = visited;
  if (!definition)
    return url.startsWith(HL7)
      ? [
          issue(
            'warning',
            'not-found',
            `The extension ${url.slice(0, 200)} was not checked: it is not known here.`,
            path,
          ),
        ]
      : [];
  if (definition.type !== 'Extension')
    return [
      issue('error', 'structure', 'The url is that of a definition which is no extension.', `${path}.url`),
    ];
  const issues: Issue[] = [];
  const isModifier = visited.property === 'modifierExtension';
  if (isModifier !== definition.isModifier)
    issues.push(
      issue(
        'error',
        'structure',
        isModifier
          ? 'The extension is no modifierExtension.'
          : 'The extension changes the meaning: it is a modifierExtension.',
        path,
      ),
    );
  if (standsBefore(visited, url) >= definition.root.max)
    issues.push(
      issue('error', 'structure', `The extension ${url.slice(0, 200)} stands here too often.`, path),
    );
  if (!mayStandIn(definition, visited, known))
    issues.push(issue('error', 'structure', `The extension ${url.slice(0, 200)} may not stand here.`, path));
  issues.push(...contextIssues(definition, visited));
  const { resource } = visited;
  issues.push(...validateValue(definition, visited.value as Record<string, unknown>, path, resource, known));
  issues.push(...unknownParts(definition, visited));
  return issues;
}

/**
 * https://hl7.org/fhir/R4/defining-extensions.html#context: "All the rules must be true" of the element that holds it. What HL7 publishes does not keep those of its own
 * (questionnaire-minOccurs without `required`): they are advice.
 */
function contextIssues(definition: Profile, visited: VisitedElement): Issue[] {
  const { broken, unread } = brokenInvariants(definition, visited);
  const { path } = visited;
  return [
    ...broken.map((rule) =>
      issue(
        definition.url.startsWith(HL7) ? 'warning' : 'error',
        'invariant',
        `The extension may not stand here: ${rule.slice(0, 200)}`,
        path,
      ),
    ),
    ...unread.map((rule) => issue('warning', 'not-supported', notEvaluated('of the context', rule), path)),
  ];
}

/**
 * How often the same element has the extension already: "if the maximum cardinality is 1, then the extension is only allowed once on any element on which it appears"
 * (https://hl7.org/fhir/R4/defining-extensions.html#cardinality). That one must be there only a profile can say, as nothing else says where.
 */
function standsBefore({ holder, property, index = 0 }: VisitedElement, url: string): number {
  const all = holder[property] as readonly unknown[];
  return all.slice(0, index).filter((each) => isObject(each) && each.url === url).length;
}

/** Inside a complex extension, a name that its definition does not have. */
function unknownParts(definition: Profile, { value, path }: VisitedElement): Issue[] {
  const parts = (value as { extension?: unknown }).extension;
  const known = definition.root.children.find(({ name }) => name === 'extension');
  if (!Array.isArray(parts) || !known) return [];
  const names = known.slices.flatMap((slice) =>
    slice.children.filter(({ name }) => name === 'url').map(({ fixed }) => fixed),
  );
  if (names.length === 0) return [];
  return parts.flatMap((part, i): Issue[] => {
    const url = isObject(part) ? part.url : undefined;
    if (typeof url !== 'string' || isAbsolute(url) || names.includes(url)) return [];
    return [
      issue('error', 'structure', 'The extension has no part of this name.', `${path}.extension[${i}]`),
    ];
  });
}

const issue = (
  severity: Issue['severity'],
  code: string,
  diagnostics: string,
  expression: string,
): Issue => ({
  severity,
  code,
  diagnostics,
  expression,
});
