/** What goes to many patients: a CommunicationRequest that the server sends, counts and stops (fhir-server/src/operations/broadcasts). */
import type { CommunicationRequest, Extension, Parameters, Questionnaire } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { Explained } from '../../format/explained.ts';
import { t } from '../../i18n/text.ts';
import { type FhirApi, FhirFailure } from '../../smart/fhir.ts';
import { identified } from '../../smart/once.ts';
import { isCheckInForm } from '../visits/check-in.ts';
import { type Criteria, groupOf } from './criteria.ts';

export const BROADCAST = 'urn:wellspring:broadcast';
const TRANSLATION = 'http://hl7.org/fhir/StructureDefinition/translation';

export interface Written {
  readonly kind: 'message' | 'questionnaire';
  readonly topic: string;
  readonly text: string;
  /** For whom it is the language; empty: they get the other. */
  readonly spanishTopic: string;
  readonly spanishText: string;
  /** `Questionnaire/…` */
  readonly questionnaire: string;
}

export function draftOf(criteria: Criteria, who: string, written: Written): CommunicationRequest {
  const { kind, topic, text, spanishTopic, spanishText, questionnaire } = written;
  const group = groupOf(criteria, who);
  const isMessage = kind === 'message';
  return {
    resourceType: 'CommunicationRequest',
    status: 'draft',
    ...('contained' in group ? { contained: [group.contained] } : {}),
    category: [{ coding: [{ system: BROADCAST, code: kind }] }],
    reasonCode: [{ text: topic, ...inSpanish('_text', spanishTopic) }],
    payload: [
      isMessage
        ? { contentString: text, ...inSpanish('_contentString', spanishText) }
        : { contentReference: { reference: questionnaire as `Questionnaire/${string}` } },
    ],
    recipient: [
      'contained' in group
        ? { reference: '#who' as 'Group/who' }
        : { reference: group.reference as `Group/${string}`, display: who },
    ],
  };
}

function inSpanish(name: string, text: string): object {
  if (text.trim() === '') return {};
  const extension = [
    { url: 'lang', valueCode: 'es' },
    { url: 'content', valueString: text.trim() },
  ];
  return { [name]: { extension: [{ url: TRANSLATION, extension }] } };
}

export interface LeftOut {
  readonly why: string;
  readonly count: number;
}

export interface Recipients {
  readonly count: number;
  /** As many as the role may send to. */
  readonly most: number;
  readonly first: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

export async function lookAt(fhir: FhirApi, draft: CommunicationRequest): Promise<Recipients> {
  const { parameter = [] } = await fhir.operation<Parameters>({
    type: 'CommunicationRequest',
    name: '$recipients',
    parameter: [{ name: 'request', resource: draft }],
  });
  const all = (name: string) => parameter.filter((each) => each.name === name);
  return {
    count: all('recipients')[0]?.valueInteger ?? 0,
    most: all('most')[0]?.valueInteger ?? 0,
    first: all('first').map(({ valueReference }) => valueReference?.display ?? t('Without a name')),
    leftOut: all('left-out').map(({ part = [] }) => ({
      why: part.find(({ name }) => name === 'why')?.valueCode ?? '',
      count: part.find(({ name }) => name === 'count')?.valueInteger ?? 0,
    })),
  };
}

export async function sendToAll(
  fhir: FhirApi,
  draft: CommunicationRequest,
  confirmed: number,
  identity: string,
): Promise<CommunicationRequest> {
  try {
    return await fhir.operation<CommunicationRequest>({
      type: 'CommunicationRequest',
      name: '$broadcast',
      parameter: [
        { name: 'request', resource: identified(draft, identity) },
        { name: 'expected', valueInteger: confirmed },
      ],
    });
  } catch (error) {
    if (error instanceof FhirFailure && error.status === 409)
      throw new Explained(
        t('By now it would go to another number of patients. Nothing was sent; please look at it again.'),
      );
    throw error;
  }
}

export const stopSending = (fhir: FhirApi, id: string): Promise<CommunicationRequest> =>
  fhir.operation<CommunicationRequest>({ type: 'CommunicationRequest', id, name: '$stop', parameter: [] });

/** Groups that exist. */
export const groupsQuery = (fhir: FhirApi) =>
  queryOptions({
    queryKey: ['broadcast-groups'],
    queryFn: async (): Promise<readonly (readonly [reference: string, name: string])[]> => {
      const { parameter = [] } = await fhir.operation<Parameters>({
        type: 'Group',
        name: '$for-broadcasts',
        parameter: [],
      });
      return parameter.flatMap(({ valueReference }) =>
        valueReference?.reference
          ? [[valueReference.reference, valueReference.display ?? t('Without a name')] as const]
          : [],
      );
    },
  });

export const questionnairesQuery = (fhir: FhirApi) =>
  queryOptions({
    queryKey: ['questionnaires'],
    queryFn: async () => {
      const { resources } = await fhir.search<Questionnaire>('Questionnaire', {
        status: 'active',
        _sort: 'title',
        _count: '100',
      });
      return resources.filter((each) => !isCheckInForm(each));
    },
  });

const LOOK_AGAIN_MS = 1500;

export interface Broadcast {
  readonly id: string;
  readonly status: CommunicationRequest['status'];
  readonly kind: string | undefined;
  readonly topic: string;
  readonly who: string;
  readonly by: string;
  readonly at: string | undefined;
  /** Why it ended before everybody had it, as the server says it. */
  readonly why: string | undefined;
  readonly recipients: number;
  readonly done: number;
  readonly sent: number;
  readonly leftOut: readonly LeftOut[];
}

export const isUnderWay = ({ status }: Pick<Broadcast, 'status'>): boolean => status === 'active';

/** The newest first; looked at again while one is under way. */
export const broadcastsQuery = (fhir: FhirApi) =>
  queryOptions({
    queryKey: ['broadcasts'],
    queryFn: async () => {
      const { resources } = await fhir.search<CommunicationRequest>('CommunicationRequest', {
        category: `${BROADCAST}|`,
        _sort: '-authored',
        _count: '50',
      });
      return resources.map(broadcastOf);
    },
    refetchInterval: ({ state }) => (state.data?.some(isUnderWay) ? LOOK_AGAIN_MS : false),
  });

export function broadcastOf(request: CommunicationRequest): Broadcast {
  const parts = request.extension?.find(({ url }) => url === BROADCAST)?.extension ?? [];
  const group = request.contained?.find((each) => each.resourceType === 'Group');
  return {
    id: request.id ?? '',
    status: request.status,
    kind: request.category?.[0]?.coding?.[0]?.code,
    topic: request.reasonCode?.[0]?.text ?? '',
    who: group?.name ?? request.recipient?.[0]?.display ?? '',
    by: request.requester?.display ?? '',
    at: request.authoredOn,
    why: request.statusReason?.text,
    recipients: countIn(parts, 'recipients'),
    done: countIn(parts, 'done'),
    sent: countIn(parts, 'sent'),
    leftOut: parts
      .filter(({ url }) => url === 'left-out')
      .map(({ extension = [] }) => ({
        why: extension.find(({ url }) => url === 'why')?.valueCode ?? '',
        count: countIn(extension, 'count'),
      })),
  };
}

const countIn = (parts: readonly Extension[], name: string): number =>
  parts.find(({ url }) => url === name)?.valueInteger ?? 0;
