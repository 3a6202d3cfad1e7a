/** Apps that registered themselves at the authorization server: what waits for an administrator, and what was decided. */
import { queryOptions } from '@tanstack/react-query';
import { lookUp } from '../../format/table.ts';
import { type Text, t } from '../../i18n/text.ts';
import type { Administration } from '../../smart/administration.ts';
import { thingWords } from '../access/words.ts';

export type AppState = 'waiting' | 'open' | 'approved' | 'refused' | 'withdrawn';
export type Verdict = 'approve' | 'refuse' | 'withdraw';

/** As the server tells it (auth-server/src/admin/apps.ts). */
export interface RegisteredApp {
  readonly id: string;
  readonly name: string;
  readonly state: AppState;
  readonly version: string;
  readonly registeredAt?: string;
  readonly website?: string;
  readonly privacyPolicy?: string;
  readonly contacts: readonly string[];
  readonly redirectUris: readonly string[];
  readonly launchUrl?: string;
  readonly provesItselfBy: 'public' | 'secret' | 'key';
  readonly isService: boolean;
  readonly scope: string;
  readonly connected: number;
  readonly decision?: {
    readonly what: 'approved' | 'refused' | 'withdrawn';
    readonly at: string;
    readonly by?: string;
    readonly reason?: string;
  };
}

/** Before something is changed: nothing more; to sign in again; or to set up a second factor first. */
export type Needs = 'nothing' | 'sign-in' | 'second-factor';

export const appsQuery = (administration: Administration) =>
  queryOptions({
    queryKey: ['registered-apps'],
    queryFn: () =>
      administration.get<{ readonly needs: Needs; readonly apps: readonly RegisteredApp[] }>('/apps'),
  });

/** `reason`: needed to refuse and to withdraw. Rejects with a FhirFailure of status 412 when the app is not as it was read. */
export const decideApp = (
  administration: Administration,
  { id, version }: RegisteredApp,
  verdict: Verdict,
  reason: string,
): Promise<void> => {
  const said = reason.trim() === '' ? {} : { reason: reason.trim() };
  return administration.post(`/apps/${encodeURIComponent(id)}`, { verdict, version, ...said });
};

const LEVELS: Readonly<Record<string, Text>> = {
  patient: 'Of patients who allow it, for their own records',
  user: 'Of everybody whom whoever uses it may open',
  system: 'Of all patients, by itself, with nobody signed in',
};

export interface ScopeWords {
  readonly heading: string;
  readonly lines: readonly string[];
}

const SCOPE = /^(patient|user|system)\/([A-Za-z]+|\*)\.([a-z*]+)(?:\?(.+))?$/;

/** What an app asks for, the furthest reach first; what is not understood is shown as it is written. */
export function scopeWords(scope: string): readonly ScopeWords[] {
  const words = scope.split(/\s+/).filter(Boolean);
  const clinical = words.flatMap((word) => {
    const [, level, type, letters, filter] = SCOPE.exec(word) ?? [];
    return level && type && letters ? [{ word, level, type, letters, filter }] : [];
  });
  const ofLevels = Object.entries(LEVELS).flatMap(([level, label]) => {
    const own = clinical.filter((each) => each.level === level);
    return own.length === 0 ? [] : [{ heading: t(label), lines: [...new Set(own.map(lineOf))] }];
  });
  const isKnown = (word: string): boolean => word in CONTEXT || clinical.some((each) => each.word === word);
  const others = words.filter((word) => !isKnown(word));
  const further = [...words.flatMap((word) => lookUp(CONTEXT, word) ?? []).map((each) => t(each)), ...others];
  return [
    ...ofLevels.toReversed(),
    ...(further.length === 0 ? [] : [{ heading: t('Besides'), lines: [...new Set(further)] }]),
  ];
}

const CONTEXT: Readonly<Record<string, Text>> = {
  openid: 'who signs in',
  fhirUser: 'who signs in',
  profile: 'who signs in',
  launch: 'which record is open',
  'launch/patient': 'which record is open',
  'launch/encounter': 'which record is open',
  offline_access: 'access that goes on when nobody is there',
  online_access: 'access until the person signs out',
};

/** As it is meant, not as it stands in an address. */
const readable = (filter: string): string =>
  [...new URLSearchParams(filter)].map(([name, value]) => `${name}=${value}`).join(', ');

function lineOf({
  type,
  letters,
  filter,
}: {
  readonly type: string;
  readonly letters: string;
  readonly filter: string | undefined;
}): string {
  const what = type === '*' ? t('the whole record') : thingWords(type);
  const only = filter === undefined ? what : `${what} (${readable(filter)})`;
  const [sees, writes] = [/[rs*]|read/.test(letters), /[cud*]|write/.test(letters.replace('read', ''))];
  if (!writes) return t('sees {what}', { what: only });
  return t(sees ? 'sees and changes {what}' : 'adds and changes {what}', { what: only });
}
