/** What can go into a SMART Health Card, and the card that the server signs of what was chosen. */
import type { DiagnosticReport, Immunization, Observation, Parameters } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { formatDate } from '../../format/date.ts';
import { dateOf, isPanel, LABORATORY } from '../../format/observation.ts';
import { valueText } from '../../format/value.ts';
import { testName } from '../../format/words.ts';
import type { Fhir } from '../../smart/fhir.ts';
import { lineOf } from '../entries/kinds.ts';

export type CardKind = 'vaccinations' | 'results';

/** Of results: those of one report, or one result. */
export interface Part {
  readonly report?: string | undefined;
  readonly result?: string | undefined;
}

export interface Candidate {
  /** `Immunization/[id]` */
  readonly reference: string;
  readonly words: string;
}

/** As many as a card takes, the newest. */
const MOST = '200';
const FINAL = ['final', 'amended', 'corrected'];

export const offersCards = (fhir: Fhir): boolean => fhir.offers('Patient', '$health-cards-issue');

const isLaboratory = ({ category = [] }: Observation): boolean =>
  category.some(({ coding = [] }) =>
    coding.some(({ system, code }) => `${system ?? ''}|${code ?? ''}` === LABORATORY),
  );

/** Whether it is what cards are made of: a card of anything else would be empty. */
export const canBeInCard = (result: Observation): boolean =>
  isLaboratory(result) && FINAL.includes(result.status) && !isPanel(result);

export const candidatesQuery = (fhir: Fhir, kind: CardKind, part: Part) =>
  queryOptions({
    queryKey: ['card-candidates', fhir.patient, kind, part.report, part.result],
    queryFn: async (): Promise<readonly Candidate[]> =>
      kind === 'vaccinations'
        ? (await vaccinations(fhir)).map((each) => {
            const { name, date } = lineOf(each);
            return candidate(each, [name, formatDate(date)]);
          })
        : (await results(fhir, part))
            .filter(canBeInCard)
            .map((each) => candidate(each, [testName(each.code), valueText(each), formatDate(dateOf(each))])),
  });

const candidate = (
  { resourceType, id }: Immunization | Observation,
  words: readonly string[],
): Candidate => ({ reference: `${resourceType}/${id}`, words: words.join(' · ') });

const ofPatient = (fhir: Fhir) => ({ patient: fhir.patient, _sort: '-date', _count: MOST });

const vaccinations = async (fhir: Fhir): Promise<readonly Immunization[]> =>
  (await fhir.search<Immunization>('Immunization', { ...ofPatient(fhir), status: 'completed' })).resources;

async function results(fhir: Fhir, { report, result }: Part): Promise<readonly Observation[]> {
  if (result !== undefined) return [await fhir.read<Observation>('Observation', result)];
  if (report !== undefined) {
    const found = await fhir.search<DiagnosticReport>('DiagnosticReport', {
      _id: report,
      _include: 'DiagnosticReport:result',
      '_include:iterate': 'Observation:has-member',
    });
    return found.included.filter((each): each is Observation => each.resourceType === 'Observation');
  }
  return (await fhir.search<Observation>('Observation', { ...ofPatient(fhir), category: LABORATORY }))
    .resources;
}

export interface Issued {
  /** undefined: nothing of what was chosen can be in a card. */
  readonly card: string | undefined;
  /** References of what is in it. */
  readonly held: readonly string[];
}

export async function issueCard(
  fhir: Fhir,
  kind: CardKind,
  { chosen, withBirthDate }: { readonly chosen: readonly string[]; readonly withBirthDate: boolean },
): Promise<Issued> {
  const { parameter = [] } = await fhir.operation<Parameters>({
    type: 'Patient',
    id: fhir.patient,
    name: '$health-cards-issue',
    parameter: [
      { name: 'credentialType', valueUri: kind === 'vaccinations' ? 'Immunization' : 'Observation' },
      { name: 'includeIdentityClaim', valueString: 'Patient.name' },
      ...(withBirthDate ? [{ name: 'includeIdentityClaim', valueString: 'Patient.birthDate' }] : []),
      ...chosen.map((valueUri) => ({ name: 'hostedResource', valueUri })),
    ],
  });
  const hosted = parameter
    .filter(({ name }) => name === 'resourceLink')
    .flatMap(({ part = [] }) => part.find(({ name }) => name === 'hostedResource')?.valueUri ?? []);
  return {
    card: parameter.find(({ name }) => name === 'verifiableCredential')?.valueString,
    held: chosen.filter((each) => hosted.some((url) => url.endsWith(`/${each}`))),
  };
}
