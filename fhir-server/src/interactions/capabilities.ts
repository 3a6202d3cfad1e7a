/** https://hl7.org/fhir/R4/http.html#capabilities: made from the same tables that the interactions work by. */
import { resourceTypes, searchParameters } from '@wellspring/profiles';
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
const SUPPORTED = new Set(['number', 'date', 'string', 'token', 'reference', 'quantity', 'uri']);

export interface CapabilityOptions {
  readonly date: string;
  readonly smart: {
    readonly authorize: string;
    readonly token: string;
    readonly introspect: string;
    readonly revoke: string;
  };
}

/** The statement as JSON text. */
export function capabilities(services: Services, options: CapabilityOptions): string {
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
    instantiates: ['http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server'],
    rest: [
      {
        mode: 'server',
        security: security(options),
        resource: resourceTypes.map((type) => resourceCapability(type, services.conditionalDelete)),
        interaction: [
          ...(services.repository.supportsTransactions ? [{ code: 'transaction' }] : []),
          { code: 'batch' },
          { code: 'history-system' },
        ],
      },
    ],
  });
}

function security({ smart }: CapabilityOptions): object {
  const uris = Object.entries(smart).map(([url, valueUri]) => ({ url, valueUri }));
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

function resourceCapability(type: string, conditionalDelete: Services['conditionalDelete']): object {
  const parameters = searchParameters(type).filter((each) => SUPPORTED.has(each.type));
  const references = parameters
    .filter((each) => each.type === 'reference')
    .map((each) => `${type}:${each.code}`);
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
    conditionalDelete: conditionalDelete,
    ...(references.length === 0 ? {} : { searchInclude: references }),
    searchParam: parameters.map(({ code, type: kind, url }) => ({ name: code, definition: url, type: kind })),
  };
}
