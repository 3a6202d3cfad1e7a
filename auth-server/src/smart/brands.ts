/**
 * User-access brands (SMART App Launch 2.2, brands.html): who this clinic is and where its records are, for apps that let people search for their
 * clinic. fhir-server's smart-configuration names this address.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hoursLine } from '@wellspring/serving/opening-hours';
import { type NextFunction, type Request, type Response, Router } from 'express';
import type { Config } from '../config.ts';
import type { Clinic, ClinicContact } from '../fhir/clinic.ts';

const PROFILE = 'http://hl7.org/fhir/smart-app-launch/StructureDefinition';
const DIRECTORY = 'http://hl7.org/fhir/StructureDefinition';

export function brandsRouter(config: Config, clinic: Clinic): Router {
  const own = readBrands(config);
  const madeAt = new Date().toISOString();
  const router = Router();
  router.use((_request: Request, response: Response, next: NextFunction) => {
    response.set({
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Expose-Headers': 'ETag',
    });
    next();
  });
  router.get('/', async (request, response) => {
    const contact = await clinic.read();
    // What is not known yet is asked for again.
    const isWhole =
      own !== undefined || config.CLINIC_ORGANIZATION === undefined || contact.phone !== undefined;
    response.set('Cache-Control', isWhole ? 'public, max-age=3600' : 'no-cache');
    const body = own ?? JSON.stringify(brands(config, contact, madeAt));
    const etag = etagOf(own ?? JSON.stringify(brands(config, contact, '')));
    response.set({ ETag: etag, 'Content-Type': 'application/fhir+json; charset=utf-8' });
    if (request.headers['if-none-match'] === etag) response.status(304).end();
    else response.end(body);
  });
  return router;
}

const etagOf = (text: string): string =>
  `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 16)}"`;

/** The clinic's own Bundle, for whoever has more to say than the settings can. Throws with one line when it is none. */
function readBrands({ BRANDS_FILE }: Config): string | undefined {
  if (BRANDS_FILE === undefined) return undefined;
  try {
    const bundle = JSON.parse(readFileSync(BRANDS_FILE, 'utf8')) as {
      resourceType?: unknown;
      type?: unknown;
    };
    if (bundle.resourceType === 'Bundle' && bundle.type === 'collection') return JSON.stringify(bundle);
  } catch {
    // Said below.
  }
  throw new Error(`BRANDS_FILE: ${BRANDS_FILE} is not a FHIR Bundle of type collection.`);
}

/** What the smart-configuration's `user_access_brand_identifier` names. */
export const brandIdentifier = ({ CLINIC_URL, PORTAL_URL }: Config) => ({
  system: 'urn:ietf:rfc:3986',
  value: new URL(CLINIC_URL ?? PORTAL_URL).origin.replace('://www.', '://'),
});

/** R4's Organization has no place for when it is open: a line for people, in each language of the pages. */
const hoursIn = (hours: ClinicContact['hours']): object[] =>
  hours.length === 0
    ? []
    : [
        {
          url: 'urn:wellspring:opening-hours',
          extension: (['en', 'es'] as const).map((language) => ({
            url: language,
            valueString: hoursLine(hours, language),
          })),
        },
      ];

function brands(config: Config, { phone, address, hours }: ClinicContact, timestamp: string): object {
  const site = config.CLINIC_URL ?? config.PORTAL_URL;
  const organization = {
    resourceType: 'Organization',
    id: 'brand',
    meta: { profile: [`${PROFILE}/user-access-brand`] },
    extension: [
      {
        url: `${DIRECTORY}/organization-portal`,
        extension: [
          { url: 'portalName', valueString: config.CLINIC_NAME },
          { url: 'portalUrl', valueUrl: config.PORTAL_URL },
          { url: 'portalEndpoint', valueReference: { reference: 'Endpoint/fhir' } },
        ],
      },
      ...hoursIn(hours),
    ],
    identifier: [brandIdentifier(config)],
    active: true,
    name: config.CLINIC_NAME,
    telecom: [{ system: 'url', value: site }, ...(phone ? [{ system: 'phone', value: phone }] : [])],
    ...(address ? { address: [{ text: address }] } : {}),
    endpoint: [{ reference: 'Endpoint/fhir' }],
  };
  const endpoint = {
    resourceType: 'Endpoint',
    id: 'fhir',
    meta: { profile: [`${PROFILE}/user-access-endpoint`] },
    extension: [{ url: `${DIRECTORY}/endpoint-fhir-version`, valueCode: '4.0.1' }],
    status: 'active',
    connectionType: {
      system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type',
      code: 'hl7-fhir-rest',
    },
    name: `${config.CLINIC_NAME} FHIR R4`,
    managingOrganization: { reference: 'Organization/brand' },
    contact: [{ system: 'url', value: site }],
    payloadType: [
      {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/endpoint-payload-type', code: 'none' }],
      },
    ],
    address: config.FHIR_BASE_URL,
  };
  return {
    resourceType: 'Bundle',
    id: 'user-access-brands',
    meta: { profile: [`${PROFILE}/user-access-brands-bundle`] },
    type: 'collection',
    ...(timestamp === '' ? {} : { timestamp }),
    entry: [organization, endpoint].map((resource) => ({
      fullUrl: `${config.origin}/brands/${resource.resourceType}/${resource.id}`,
      resource,
    })),
  };
}
