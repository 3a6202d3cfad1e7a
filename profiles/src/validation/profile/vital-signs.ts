/**
 * Vital signs are to conform to R4's profiles of them, by what they measure and whatever they claim (https://hl7.org/fhir/R4/observation-vitalsigns.html):
 * by the code that each profile asks for, and by those that say the same more closely or in SNOMED CT.
 */
import { isObject } from '../../fhirpath/node.ts';
import { SNOMED_CT } from '../codes/snomed.ts';

const LOINC = 'http://loinc.org';
const R4 = 'http://hl7.org/fhir/StructureDefinition/';

/** Profile → its codes. */
const SIGNS: readonly (readonly [profile: string, loinc: string, snomed: string])[] = [
  ['vitalspanel', '85353-1', '46680005'],
  ['resprate', '9279-1', '86290005'],
  ['heartrate', '8867-4', '249043002'],
  ['oxygensat', '2708-6 59408-5', '442476006 431314004'],
  ['bodytemp', '8310-5 8309-7 8328-7 8329-5 8331-1 8332-9', '386725007 276885007 307047009 415945006'],
  ['bodyheight', '8302-2 8306-3 8308-9', '50373000 1153637007'],
  ['headcircum', '9843-4 8287-5', '363812007'],
  ['bodyweight', '29463-7 3141-9 8350-1 8351-9', '425024002 784399000'],
  ['bmi', '39156-5', '60621009'],
  ['bp', '85354-9 55284-4 35094-2 76534-7 8480-6', '251076008 271649006'],
];

const PROFILES: ReadonlyMap<string, string> = new Map(
  SIGNS.flatMap(([profile, loinc, snomed]) => [
    ...loinc.split(' ').map((code) => [`${LOINC}|${code}`, `${R4}${profile}`] as const),
    ...snomed.split(' ').map((code) => [`${SNOMED_CT}|${code}`, `${R4}${profile}`] as const),
  ]),
);

/** The profiles that an Observation is to conform to by its code; [] of other resources. */
export function impliedProfiles({ resourceType, code }: Readonly<Record<string, unknown>>): string[] {
  if (resourceType !== 'Observation' || !isObject(code) || !Array.isArray(code.coding)) return [];
  const found = code.coding
    .filter(isObject)
    .map((each) => PROFILES.get(`${each.system}|${each.code}`))
    .find((profile) => profile !== undefined);
  return found === undefined ? [] : [found];
}
