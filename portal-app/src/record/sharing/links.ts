/** The links that a patient has out: made, listed and ended by operations of the FHIR server (docs/PORTAL.md). */
import type { Bundle, Parameters, ParametersParameter } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { Explained } from '../../format/explained.ts';
import { saidOrKind } from '../../format/kind-words.ts';
import { t } from '../../i18n/text.ts';
import { fhirText } from '../../smart/exact-json.ts';
import { type Fhir, FhirFailure } from '../../smart/fhir.ts';
import { readSummary } from '../summary/summary.ts';
import { documentOf } from '../summary/summary-document.ts';
import { addressOf, newKey, seal } from './shlink.ts';

export interface OwnLink {
  readonly id: string;
  readonly label: string;
  readonly expires: string;
  /** Before its time is over, too: it ends with what it rests on. */
  readonly isOver: boolean;
  readonly hasPasscode: boolean;
  readonly opened: number;
  readonly lastOpened: string | undefined;
  readonly lastRecipient: string | undefined;
  /** Who made it, where that was not the person signed in. */
  readonly madeBy: string | undefined;
}

export const linksQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['share-links', fhir.patient],
    queryFn: async () => {
      const answer = await fhir.get<Parameters>(`Patient/${fhir.patient}/$share-link`);
      return (answer.parameter ?? []).map(linkOf);
    },
  });

function linkOf({ part = [] }: ParametersParameter): OwnLink {
  const of = (name: string): ParametersParameter | undefined => part.find((each) => each.name === name);
  return {
    id: of('id')?.valueString ?? '',
    label: of('label')?.valueString ?? '',
    expires: of('expires')?.valueInstant ?? '',
    isOver: of('active')?.valueBoolean === false,
    hasPasscode: of('passcode')?.valueBoolean === true,
    opened: of('opened')?.valueInteger ?? 0,
    lastOpened: of('lastOpened')?.valueInstant,
    lastRecipient: of('lastRecipient')?.valueString,
    madeBy: makerIn(part),
  };
}

function makerIn(part: readonly ParametersParameter[]): string | undefined {
  const of = (name: string): ParametersParameter | undefined => part.find((each) => each.name === name);
  if (of('own')?.valueBoolean !== false) return undefined;
  const by = of('by')?.valueReference;
  return by && saidOrKind(by);
}

export interface NewLink {
  readonly label: string;
  readonly hours: number;
  /** '' = none. */
  readonly passcode: string;
}

/** Returns the address to hand on. It is known here only: the server never has the key in it. Made again (an answer was lost), the one that nobody has ends. */
export async function shareSummary(
  fhir: Fhir,
  clinic: string,
  { label, hours, passcode }: NewLink,
  identity: string,
): Promise<string> {
  const key = newKey();
  const file = await seal(fhirText(await summaryDocument(fhir, clinic)), key);
  const expires = new Date(Date.now() + hours * 3_600_000);
  const answer = await fhir
    .operation<Parameters>({
      type: 'Patient',
      id: fhir.patient,
      name: '$share-link',
      parameter: [
        { name: 'file', valueString: file },
        { name: 'identity', valueString: identity },
        ...(label.trim() === '' ? [] : [{ name: 'label', valueString: label.trim() }]),
        { name: 'expires', valueInstant: expires.toISOString() },
        ...(passcode === '' ? [] : [{ name: 'passcode', valueString: passcode }]),
      ],
    })
    .catch((error) => {
      if (!isOfAnother(error)) throw error;
      throw new Explained(t('This link was made in another tab at the same moment, and is shown there.'));
    });
  const url = answer.parameter?.find(({ name }) => name === 'url')?.valueUrl ?? '';
  const flag = passcode === '' ? {} : { flag: 'P' };
  return addressOf({ url, key, exp: Math.floor(expires.getTime() / 1000), v: 1, ...flag }, location.origin);
}

/** The International Patient Summary that the server makes; where it makes none, one of our own. */
const summaryDocument = async (fhir: Fhir, clinic: string): Promise<Bundle> =>
  fhir.offers('Patient', '$summary')
    ? fhir.get<Bundle>(`Patient/${fhir.patient}/$summary`)
    : documentOf(await readSummary(fhir), clinic);

export const endLink = (fhir: Fhir, id: string): Promise<Parameters> =>
  fhir.operation({
    type: 'Patient',
    id: fhir.patient,
    name: '$share-link-end',
    parameter: [{ name: 'id', valueString: id }],
  });

export interface Feed {
  readonly isActive: boolean;
  readonly since: string | undefined;
  /** Addresses that others made for this record. */
  readonly others: readonly OtherFeed[];
}

export interface OtherFeed {
  readonly id: string;
  readonly made: string;
  readonly by: string;
}

export const feedQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['calendar-feed', fhir.patient],
    queryFn: () => readFeed(fhir),
  });

export async function readFeed(fhir: Fhir): Promise<Feed> {
  const answer = await fhir.get<Parameters>(`Patient/${fhir.patient}/$calendar-feed`);
  const of = (name: string) => answer.parameter?.find((each) => each.name === name);
  return {
    isActive: of('active')?.valueBoolean === true,
    since: of('since')?.valueInstant,
    others: (answer.parameter ?? []).filter(({ name }) => name === 'feed').flatMap(otherFeed),
  };
}

function otherFeed({ part = [] }: ParametersParameter): OtherFeed[] {
  const by = makerIn(part);
  const of = (name: string): ParametersParameter | undefined => part.find((each) => each.name === name);
  return by === undefined
    ? []
    : [{ id: of('id')?.valueString ?? '', made: of('made')?.valueInstant ?? '', by }];
}

/** undefined: another tab has made one at this moment, which is in use, and stays. */
export async function makeFeed(fhir: Fhir, detail: 'busy' | 'full'): Promise<string | undefined> {
  const call = {
    type: 'Patient',
    id: fhir.patient,
    name: '$calendar-feed',
    parameter: [{ name: 'detail', valueCode: detail }],
  };
  const answer = await fhir.operation<Parameters>(call).catch((error) => {
    if (!isOfAnother(error)) throw error;
    return undefined;
  });
  return answer && (answer.parameter?.find(({ name }) => name === 'url')?.valueUrl ?? '');
}

/** Of two that are made at one moment the server keeps one. */
const isOfAnother = (error: unknown): boolean => error instanceof FhirFailure && error.status === 409;

/** `id`: of another's; without one, one's own. */
export const endFeed = (fhir: Fhir, id?: string): Promise<Parameters> =>
  fhir.operation({
    type: 'Patient',
    id: fhir.patient,
    name: '$calendar-feed-end',
    parameter: id === undefined ? [] : [{ name: 'id', valueString: id }],
  });
