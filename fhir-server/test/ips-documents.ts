/** FHIR documents in tests: what each must be, and the package of IPS where it lies beside the project. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { addProfiles, readPackage, type StructureDefinition, validateResource } from '@wellspring/profiles';
import { expect } from 'vitest';

// biome-ignore lint/suspicious/noExplicitAny: documents of every shape are looked into
export type Any = any;

const ips = fileURLToPath(
  new URL('../../../shared/data/packages/hl7.fhir.uv.ips-1.1.0.tgz', import.meta.url),
);
export const hasIps = existsSync(ips);
export const IPS_PROFILES = 'http://hl7.org/fhir/uv/ips/StructureDefinition';

export function loadIps(): void {
  const { resources } = readPackage(readFileSync(ips));
  const isProfile = ({ resourceType }: { resourceType: string }) => resourceType === 'StructureDefinition';
  addProfiles(resources.filter(isProfile) as unknown as StructureDefinition[]);
}

/** The documents that the package has as examples. */
export function publishedDocuments(): Any[] {
  const list = execFileSync('tar', ['tzf', ips], { encoding: 'utf8' }).split('\n');
  return list
    .filter((name) => /^package\/example\/Bundle-.*\.json$/.test(name))
    .map((name) => JSON.parse(execFileSync('tar', ['xOzf', ips, name], { encoding: 'utf8' })));
}

/** By their LOINC codes. */
export const sectionsOf = (bundle: Any): Map<string, Any> =>
  new Map(bundle.entry[0].resource.section.map((each: Any) => [each.code.coding[0].code, each]));
export const ofType = (bundle: Any, type: string): Any[] =>
  bundle.entry.flatMap(({ resource }: Any) => (resource.resourceType === type ? [resource] : []));

/** All literal references, wherever they stand. */
const referencesIn = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, each]) =>
        key === 'reference' && typeof each === 'string' ? [each] : referencesIn(each),
      );

/** What every summary must be (https://hl7.org/fhir/R4/documents.html, IPS Bundle). */
export function expectDocument(bundle: Any): void {
  expect(bundle).toMatchObject({ resourceType: 'Bundle', type: 'document' });
  expect(bundle.identifier.value).toMatch(/^urn:uuid:/);
  expect(Date.parse(bundle.timestamp)).toBeGreaterThan(0);
  expect(bundle.entry[0].resource).toMatchObject({ resourceType: 'Composition', status: 'final' });
  expect(validateResource(bundle).filter(({ severity }) => severity === 'error')).toEqual([]);
  const fullUrls = bundle.entry.map(({ fullUrl }: Any) => fullUrl);
  expect(new Set(fullUrls).size).toBe(fullUrls.length);
  const astray = referencesIn(bundle).filter((each) => !fullUrls.includes(each));
  expect(astray, 'references lead into the document').toEqual([]);
  for (const each of bundle.entry[0].resource.section) {
    expect(each.text.div).toMatch(/^<div xmlns="http:\/\/www.w3.org\/1999\/xhtml"/);
    expect(each.entry.length).toBeGreaterThan(0);
  }
  const sections = sectionsOf(bundle);
  for (const code of ['48765-2', '10160-0', '11450-4']) expect(sections.has(code), code).toBe(true);
}
