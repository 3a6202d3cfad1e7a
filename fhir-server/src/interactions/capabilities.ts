/** https://hl7.org/fhir/R4/http.html#capabilities: made from the same tables that the interactions work by. */
import { compartments, resourceTypes, type SearchParameter, searchParameters } from '@wellspring/profiles';
import { OPERATIONS, type Operation } from '../operations/operations.ts';
import { canonicalTargets, literalTargets } from '../search/canonicals.ts';
import { isSupported } from '../search/types/composite.ts';
import type { Services } from './request.ts';

const INTERACTIONS = [
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history-instance',
  'history-type',
  'create',
  'search-type',
];

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport';

/** Search parameters that every type has and no definition gives an expression for (https://hl7.org/fhir/R4/search.html#all). */
const EVERYWHERE = [
  { name: '_text', type: 'string' },
  { name: '_content', type: 'string' },
  { name: '_filter', type: 'special' },
  { name: '_list', type: 'special' },
];

const isSearchable = (parameter: SearchParameter): boolean =>
  parameter.type !== 'composite' || isSupported(parameter);

export interface CapabilityOptions {
  readonly date: string;
  /** Canonical URLs of what can be subscribed to. */
  readonly topics: readonly string[];
  readonly smart: {
    readonly authorize: string;
    readonly token: string;
    readonly introspect: string;
    readonly revoke: string;
  };
}

/** The statement as JSON text. */
export function capabilities(
  services: Omit<Services, 'statement' | 'bundleRefusal'>,
  options: CapabilityOptions,
): string {
  const referrers = referrersByTarget();
  return JSON.stringify({
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: options.date,
    kind: 'instance',
    software: { name: 'Wellspring', version: '0.1.0' },
    implementation: { description: 'Wellspring FHIR R4 server', url: services.repository.baseUrl },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    patchFormat: ['application/json-patch+json', 'application/fhir+json'],
    instantiates: [
      'http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server',
      'http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data',
      `${BACKPORT}/CapabilityStatement/backport-subscription-server-r4`,
    ],
    rest: [
      {
        extension: [
          {
            url: 'http://hl7.org/fhir/StructureDefinition/capabilitystatement-websocket',
            valueUri: `${services.repository.baseUrl.replace(/^http/, 'ws')}/websocket`,
          },
        ],
        mode: 'server',
        security: security(options),
        resource: resourceTypes.map((type) => ({
          ...(type === 'Subscription' ? subscriptionCapability(options.topics) : {}),
          ...resourceCapability(type, referrers.get(type) ?? [], services),
        })),
        interaction: [
          ...(services.repository.supportsTransactions ? [{ code: 'transaction' }] : []),
          { code: 'batch' },
          { code: 'search-system' },
          { code: 'history-system' },
        ],
        operation: OPERATIONS.filter(
          ({ patterns: [pattern], definition }) => definition && (pattern === '' || pattern?.startsWith(':')),
        ).map(operationOf),
        compartment: [...compartments.keys()].map(
          (type) =>
            `http://hl7.org/fhir/CompartmentDefinition/${type.charAt(0).toLowerCase()}${type.slice(1)}`,
        ),
      },
    ],
  });
}

/** The parts that R4 defines the extension with; the rest stands in the SMART configuration. */
const OAUTH_URIS: ReadonlySet<string> = new Set(['authorize', 'token', 'register', 'manage']);

function security({ smart }: CapabilityOptions): object {
  const uris = Object.entries(smart)
    .filter(([name]) => OAUTH_URIS.has(name))
    .map(([url, valueUri]) => ({ url, valueUri }));
  return {
    cors: true,
    service: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/restful-security-service',
            code: 'SMART-on-FHIR',
          },
        ],
      },
    ],
    extension: [
      { url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris', extension: uris },
    ],
  };
}

/** https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/components.html#subscription-topics-in-r4 */
function subscriptionCapability(topics: readonly string[]): object {
  return {
    extension: topics.map((valueCanonical) => ({
      url: `${BACKPORT}/StructureDefinition/capabilitystatement-subscriptiontopic-canonical`,
      valueCanonical,
    })),
    supportedProfile: [`${BACKPORT}/StructureDefinition/backport-subscription`],
  };
}

const searchParam = ({ code, type, url }: SearchParameter): object => ({ name: code, definition: url, type });

/** What can be told from a resource alone. */
const isOfOne = ({ name }: { readonly name: string }): boolean => name !== '_list';

/** The audit log: read only. */
function auditCapability(): object {
  return {
    type: 'AuditEvent',
    profile: 'http://hl7.org/fhir/StructureDefinition/AuditEvent',
    interaction: [{ code: 'read' }, { code: 'search-type' }],
    versioning: 'no-version',
    searchParam: [...searchParameters('AuditEvent').map(searchParam), ...EVERYWHERE.filter(isOfOne)],
  };
}

function operationOf({ name, definition, documentation }: Operation): object {
  return { name: name.slice(1), definition, ...(documentation ? { documentation } : {}) };
}

/** Type → `Type:parameter` of every reference parameter that may lead to it. */
function referrersByTarget(): Map<string, string[]> {
  const found = new Map<string, string[]>(resourceTypes.map((type) => [type, []]));
  for (const source of resourceTypes) {
    if (source === 'AuditEvent') continue;
    for (const parameter of searchParameters(source))
      if (parameter.type === 'reference')
        for (const target of new Set([...literalTargets(parameter), ...canonicalTargets(parameter)]))
          found.get(target)?.push(`${source}:${parameter.code}`);
  }
  return found;
}

function resourceCapability(
  type: string,
  referrers: readonly string[],
  services: Pick<Services, 'conditionalDelete' | 'repository' | 'testNotice' | 'push'>,
): object {
  const { conditionalDelete, repository } = services;
  if (type === 'AuditEvent') return auditCapability();
  const parameters = searchParameters(type).filter(isSearchable);
  const references = parameters
    .filter((each) => each.type === 'reference')
    .map((each) => `${type}:${each.code}`);
  // One that reads by GET and changes by POST is two rows of the table, and one operation.
  const operations = [
    ...new Map(
      OPERATIONS.filter(
        ({ patterns, isOffered }) =>
          patterns.some((each) => each.split('/')[0] === type) && isOffered?.(services) !== false,
      ).map((each) => [each.name, each]),
    ).values(),
  ];
  return {
    type,
    profile: `http://hl7.org/fhir/StructureDefinition/${type}`,
    interaction: INTERACTIONS.map((code) => ({ code })),
    versioning: 'versioned-update',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalRead: 'full-support',
    conditionalUpdate: true,
    conditionalDelete,
    // Absolute references to other servers are taken, and kept as they are: so this is not 'local'.
    referencePolicy: ['literal', 'logical', ...(repository.enforcesReferences ? ['enforced'] : [])],
    ...(operations.length === 0 ? {} : { operation: operations.map(operationOf) }),
    ...(references.length === 0 ? {} : { searchInclude: references }),
    ...(referrers.length === 0 ? {} : { searchRevInclude: referrers }),
    searchParam: [...parameters.map(searchParam), ...EVERYWHERE],
  };
}

/** The statement without what R4 leaves out of a summary: the search parameters, which are nine tenths of it (https://hl7.org/fhir/R4/capabilitystatement.html, Σ). */
export function summaryOf(statement: string): string {
  const whole = JSON.parse(statement) as {
    rest: { resource: Record<string, unknown>[] }[];
  };
  const rest = whole.rest.map((each) => ({
    ...each,
    resource: each.resource.map(({ type, profile, interaction, operation }) => ({
      type,
      profile,
      interaction,
      ...(operation ? { operation } : {}),
    })),
  }));
  const tag = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' };
  return JSON.stringify({ ...whole, meta: { tag: [tag] }, rest });
}
