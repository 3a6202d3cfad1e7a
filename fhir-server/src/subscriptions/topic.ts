/**
 * What subscriptions may be about. R4 has no SubscriptionTopic: it is a Basic with the cross-version extensions, as the examples of Subscriptions R5 Backport 1.1.0
 * have it (https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/components.html).
 */
import { businessRule, compileFhirPath, isResourceType, whyRefused } from '@wellspring/profiles';

import type { Shape } from './shape.ts';

export type Change = 'create' | 'update' | 'delete';
/** Written by the server alone, and kept apart from what is told of. */
export const UNTOLD: ReadonlySet<string> = new Set(['AuditEvent']);

type TestResult = 'test-passes' | 'test-fails';

/** https://hl7.org/fhir/R4B/subscriptiontopic-definitions.html#SubscriptionTopic.resourceTrigger.queryCriteria */
interface QueryCriteria {
  readonly previous?: string | undefined;
  readonly current?: string | undefined;
  readonly resultForCreate?: TestResult | undefined;
  readonly resultForDelete?: TestResult | undefined;
  readonly requireBoth?: boolean | undefined;
}

export interface Trigger {
  readonly resource: string;
  readonly changes: readonly Change[];
  readonly query?: QueryCriteria | undefined;
  /** With `%previous` and `%current`; true = it is one. */
  readonly fhirPath?: string | undefined;
}

export interface Topic {
  /** With `version` what it is called by: at most one that is in force has both. */
  readonly url: string;
  readonly version?: string;
  readonly title: string;
  readonly triggers: readonly Trigger[];
  /** Search parameters of the triggers' types that a subscription may narrow it by; undefined: any. */
  readonly filters?: readonly { readonly resource?: string | undefined; readonly parameter: string }[];
  readonly shapes?: readonly Shape[];
}

interface Extension {
  readonly url?: string;
  readonly extension?: readonly Extension[];
  readonly [value: string]: unknown;
}

const NAME =
  /^http:\/\/hl7\.org\/fhir\/(?:4\.3|5\.0)\/StructureDefinition\/extension-SubscriptionTopic\.(\w+)$/;
const WRITTEN = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic.';
export const TOPIC_CODE = { system: 'http://hl7.org/fhir/fhir-types', code: 'SubscriptionTopic' };
const CHANGES: readonly string[] = ['create', 'update', 'delete'];

/** Is this Basic a topic? */
export function isTopic(resource: Readonly<Record<string, unknown>>): boolean {
  const { coding = [] } = (resource.code ?? {}) as {
    coding?: readonly { system?: string; code?: string }[];
  };
  return coding.some(({ system, code }) => system === TOPIC_CODE.system && code === TOPIC_CODE.code);
}

/** undefined where it is not active. Throws 422 where it could never work. */
export function topicOf(resource: Readonly<Record<string, unknown>>): Topic | undefined {
  const modifiers = list(resource.modifierExtension);
  if (modifiers.some(({ url }) => NAME.exec(url ?? '')?.[1] !== 'status'))
    throw fault('A modifier that is not known here is no part of a topic.');
  const own = [...list(resource.extension), ...modifiers];
  const named = (name: string): Extension[] => own.filter(({ url }) => NAME.exec(url ?? '')?.[1] === name);
  const url = textOf(named('url')[0]);
  if (url === undefined || !/^(?:https?:\/\/|urn:)\S+$/.test(url))
    throw fault('A topic needs a canonical URL (extension SubscriptionTopic.url).');
  if (named('eventTrigger').length > 0)
    throw fault('There are no eventTriggers here: a topic is about what is written.');
  const triggers = named('resourceTrigger').map(triggerOf);
  if (triggers.length === 0) throw fault('A topic needs a resourceTrigger.');
  const filters = named('canFilterBy').map(filterOf);
  const shapes = named('notificationShape').map(shapeOf);
  const isActive = (textOf(named('status')[0]) ?? 'active') === 'active';
  if (!isActive) return undefined;
  const title = textOf(named('title')[0]) ?? url;
  const version = textOf(named('version')[0]);
  if (url.includes('|') || version?.includes('|'))
    throw fault('A | parts the URL of a topic from its version, and is in neither.');
  return {
    url,
    ...(version === undefined ? {} : { version }),
    title,
    triggers,
    ...(filters.length > 0 ? { filters } : {}),
    ...(shapes.length > 0 ? { shapes } : {}),
  };
}

/** What is passed over of a trigger or a filter is told of though it should not be. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  resourceTrigger: ['description', 'resource', 'supportedInteraction', 'queryCriteria', 'fhirPathCriteria'],
  queryCriteria: ['previous', 'resultForCreate', 'current', 'resultForDelete', 'requireBoth'],
  canFilterBy: ['description', 'resource', 'filterParameter', 'filterDefinition', 'comparator', 'modifier'],
  notificationShape: ['resource', 'include', 'revInclude'],
};

function checkParts({ extension = [] }: Extension, name: string): void {
  const unknown = extension.find(({ url = '' }) => !PARTS[name]?.includes(url));
  if (unknown) throw fault(`'${unknown.url?.slice(0, 64)}' is no part of a ${name}.`);
}

function triggerOf(extension: Extension): Trigger {
  checkParts(extension, 'resourceTrigger');
  const resource = typeOf(part(extension, 'resource'));
  if (resource === undefined || !isResourceType(resource))
    throw fault('A resourceTrigger needs a resource type of R4.');
  if (UNTOLD.has(resource)) throw fault(`Of ${resource} nobody is told: it is no part of the change log.`);
  const changes = parts(extension, 'supportedInteraction').map(textOf);
  const unknown = changes.find((each) => !CHANGES.includes(each ?? ''));
  if (unknown !== undefined) throw fault('supportedInteraction is create, update or delete.');
  const criteria = part(extension, 'queryCriteria');
  if (criteria) checkParts(criteria, 'queryCriteria');
  const fhirPath = textOf(part(extension, 'fhirPathCriteria'));
  if (fhirPath !== undefined) checkFhirPath(fhirPath);
  return {
    resource,
    changes: changes.length === 0 ? ['create', 'update'] : (changes as Change[]),
    query: criteria && {
      previous: textOf(part(criteria, 'previous')),
      current: textOf(part(criteria, 'current')),
      resultForCreate: resultOf(part(criteria, 'resultForCreate')),
      resultForDelete: resultOf(part(criteria, 'resultForDelete')),
      requireBoth: flagOf(part(criteria, 'requireBoth')),
    },
    fhirPath,
  };
}

function filterOf(extension: Extension): NonNullable<Topic['filters']>[number] {
  checkParts(extension, 'canFilterBy');
  return {
    resource: typeOf(part(extension, 'resource')),
    parameter: textOf(part(extension, 'filterParameter')) ?? '',
  };
}

function resultOf(extension: Extension | undefined): TestResult | undefined {
  const result = textOf(extension);
  if (result !== undefined && result !== 'test-passes' && result !== 'test-fails')
    throw fault('resultForCreate and resultForDelete are test-passes or test-fails.');
  return result;
}

function shapeOf(extension: Extension): Shape {
  checkParts(extension, 'notificationShape');
  const resource = typeOf(part(extension, 'resource'));
  if (resource === undefined || !isResourceType(resource))
    throw fault('A notificationShape needs a resource type of R4.');
  const texts = (name: string): string[] => parts(extension, name).flatMap((each) => textOf(each) ?? []);
  return { resource, includes: texts('include'), revIncludes: texts('revInclude') };
}

function checkFhirPath(text: string): void {
  try {
    compileFhirPath(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw fault(`fhirPathCriteria can not be read: ${whyRefused(error)}.`);
  }
}

const fault = (text: string): Error => businessRule(text, 'Basic.extension');
const list = (value: unknown): readonly Extension[] => (Array.isArray(value) ? (value as Extension[]) : []);
const parts = ({ extension = [] }: Extension, name: string): Extension[] =>
  extension.filter(({ url }) => url === name);
const part = (extension: Extension, name: string): Extension | undefined => parts(extension, name)[0];

function anyValueOf(extension: Extension | undefined): unknown {
  const key = Object.keys(extension ?? {}).find((name) => name.startsWith('value'));
  return key === undefined ? undefined : extension?.[key];
}

function textOf(extension: Extension | undefined): string | undefined {
  const value = anyValueOf(extension);
  if (extension && typeof value !== 'string') throw fault(`'${extension.url}' takes a text.`);
  return value as string | undefined;
}

function flagOf(extension: Extension | undefined): boolean {
  const value = anyValueOf(extension);
  if (extension && typeof value !== 'boolean') throw fault(`'${extension.url}' takes a boolean.`);
  return value === true;
}

/** `Encounter`, or the URL of its StructureDefinition. */
const typeOf = (extension: Extension | undefined): string | undefined => textOf(extension)?.split('/').at(-1);

/** The same as a Basic, for whoever looks for topics. */
export function basicOf({ url, version, title, triggers, filters = [], shapes = [] }: Topic): object {
  const given = (name: string, value: object | undefined): object[] =>
    value === undefined ? [] : [{ url: name, ...value }];
  const string = (text: string | undefined) => (text === undefined ? undefined : { valueString: text });
  const code = (text: string | undefined) => (text === undefined ? undefined : { valueCode: text });
  const structure = (type: string) => ({ valueUri: `http://hl7.org/fhir/StructureDefinition/${type}` });
  return {
    resourceType: 'Basic',
    id: url.split(/[:/]/).at(-1),
    modifierExtension: [{ url: `${WRITTEN}status`, valueCode: 'active' }],
    extension: [
      { url: `${WRITTEN}url`, valueUri: url },
      ...(version === undefined ? [] : [{ url: `${WRITTEN}version`, valueString: version }]),
      { url: `${WRITTEN}title`, valueString: title },
      ...triggers.map(({ resource, changes, query, fhirPath }) => ({
        url: `${WRITTEN}resourceTrigger`,
        extension: [
          { url: 'resource', ...structure(resource) },
          ...changes.map((each) => ({ url: 'supportedInteraction', valueCode: each })),
          ...(query === undefined
            ? []
            : [
                {
                  url: 'queryCriteria',
                  extension: [
                    ...given('previous', string(query.previous)),
                    ...given('resultForCreate', code(query.resultForCreate)),
                    ...given('current', string(query.current)),
                    ...given('resultForDelete', code(query.resultForDelete)),
                    ...(query.requireBoth ? [{ url: 'requireBoth', valueBoolean: true }] : []),
                  ],
                },
              ]),
          ...given('fhirPathCriteria', string(fhirPath)),
        ],
      })),
      ...filters.map(({ resource, parameter }) => ({
        url: `${WRITTEN}canFilterBy`,
        extension: [
          ...(resource === undefined ? [] : [{ url: 'resource', ...structure(resource) }]),
          { url: 'filterParameter', valueString: parameter },
        ],
      })),
      ...shapes.map(({ resource, includes, revIncludes }) => ({
        url: `${WRITTEN}notificationShape`,
        extension: [
          { url: 'resource', ...structure(resource) },
          ...includes.map((each) => ({ url: 'include', valueString: each })),
          ...revIncludes.map((each) => ({ url: 'revInclude', valueString: each })),
        ],
      })),
    ],
    code: { coding: [TOPIC_CODE] },
  };
}
