/** What passes between the clinic's server and others, as its `$exchange-state` tells those who oversee it: subscriptions that call or mail, exports, imports and matches of members. */
import type { Parameters, ParametersParameter } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import type { Text } from '../../i18n/text.ts';
import type { FhirApi } from '../../smart/fhir.ts';

interface Made {
  readonly id: string;
  readonly status: string;
  /** Types of resources it is about. */
  readonly types: readonly string[];
  /** The app, and who signed in to it (`Practitioner/…`). */
  readonly client: string | undefined;
  readonly user: string | undefined;
  /** What goes wrong, in the server's words. */
  readonly fault: string | undefined;
}

export interface OverseenSubscription extends Made {
  readonly channel: string;
  readonly host: string | undefined;
  readonly events: number;
  /** How many it stopped trying to send. */
  readonly givenUp: number;
  readonly isReplaying: boolean;
}

export interface OverseenJob extends Made {
  readonly kind: string;
  /** ISO instants. */
  readonly begun: string | undefined;
  readonly ended: string | undefined;
  readonly expires: string | undefined;
  readonly progress: string | undefined;
  readonly resources: number;
}

export interface Exchange {
  /** What wants looking after first. */
  readonly subscriptions: readonly OverseenSubscription[];
  readonly jobs: readonly OverseenJob[];
}

/** Rejects with a FhirFailure of status 403 where the role does not oversee it. */
export const exchangeQuery = (fhir: FhirApi) =>
  queryOptions({
    queryKey: ['exchange'],
    queryFn: async () => exchangeOf(await fhir.get<Parameters>('$exchange-state')),
    staleTime: 0,
  });

export function exchangeOf({ parameter = [] }: Parameters): Exchange {
  const named = (name: string) => parameter.flatMap((each) => (each.name === name ? [each.part ?? []] : []));
  return {
    subscriptions: named('subscription')
      .map(subscriptionOf)
      .sort((a, b) => Number(isTroubled(b)) - Number(isTroubled(a))),
    jobs: named('job').map(jobOf),
  };
}

export const isTroubled = ({ status, givenUp }: OverseenSubscription): boolean =>
  status === 'error' || givenUp > 0;

/** Sends again what was given up, as its maker said. Resolves when that has begun. */
export const sendAgain = (fhir: FhirApi, { id }: OverseenSubscription): Promise<unknown> =>
  fhir.operation({ type: 'Subscription', id, name: '$replay', parameter: [] });

const textOf = (part: ParametersParameter): string | undefined =>
  part.valueCode ??
  part.valueId ??
  part.valueString ??
  part.valueInstant ??
  part.valueReference?.reference ??
  part.valueInteger?.toString() ??
  part.valueBoolean?.toString();

function readerOf(parts: readonly ParametersParameter[]) {
  const all = (name: string): readonly string[] =>
    parts.flatMap((each) => (each.name === name ? (textOf(each) ?? []) : []));
  return { all, one: (name: string): string | undefined => all(name)[0] };
}

function madeOf({ all, one }: ReturnType<typeof readerOf>): Made {
  return {
    id: one('id') ?? '',
    status: one('status') ?? '',
    types: all('type'),
    client: one('client'),
    user: one('user'),
    fault: one('fault'),
  };
}

function subscriptionOf(parts: readonly ParametersParameter[]): OverseenSubscription {
  const read = readerOf(parts);
  return {
    ...madeOf(read),
    channel: read.one('channel') ?? '',
    host: read.one('host'),
    events: Number(read.one('events') ?? 0),
    givenUp: Number(read.one('given-up') ?? 0),
    isReplaying: read.one('replaying') === 'true',
  };
}

function jobOf(parts: readonly ParametersParameter[]): OverseenJob {
  const read = readerOf(parts);
  return {
    ...madeOf(read),
    kind: read.one('kind') ?? '',
    begun: read.one('begun'),
    ended: read.one('ended'),
    expires: read.one('expires'),
    progress: read.one('progress'),
    resources: Number(read.one('resources') ?? 0),
  };
}

type Mark = readonly [kind: 'ok' | 'bad' | 'warn' | 'plain' | 'info', words: Text];

export const SUBSCRIPTION_MARKS: Readonly<Record<string, Mark>> = {
  active: ['ok', 'Works'],
  requested: ['info', 'Is being tried'],
  error: ['bad', 'Does not work'],
  off: ['plain', 'Ended'],
};

export const JOB_NAMES: Readonly<Record<string, Text>> = {
  export: 'Export',
  import: 'Import',
  'member-match': 'Match of insured people',
};

export const JOB_MARKS: Readonly<Record<string, Mark>> = {
  open: ['info', 'Under way'],
  done: ['ok', 'Done'],
  failed: ['bad', 'Failed'],
};
