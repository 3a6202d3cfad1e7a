/**
 * A broadcast: the CommunicationRequest that says what goes to whom and how far it is. Its recipients are a Group, contained (with queries, group-members.ts) or one
 * that exists; its text may have a translation and fields, which are filled for each patient.
 */
import { businessRule, forbidden } from '@wellspring/profiles';
import type { AccessContext } from '../../access/access-context.ts';
import { BROADCAST, BROADCAST_ASKS } from '../../access/reach.ts';
import { granting } from '../../access/scope.ts';
import type { KeptAccess } from '../../access/standing.ts';
import type { ResourceJson } from '../../repository/text/resource-text.ts';
import type { Group } from '../group-members.ts';

/** The kind of the job. */
export const BROADCAST_JOB = 'broadcast';
/** Its part: ids of Patients, as a JSON array. */
export const RECIPIENTS = 'recipients';
/** Of CommunicationRequest.extension: how far it is. */
const PROGRESS = 'urn:wellspring:broadcast';
const TRANSLATION = 'http://hl7.org/fhir/StructureDefinition/translation';
const FIELDS = ['first', 'name', 'clinic', 'me'] as const;
export type Field = (typeof FIELDS)[number];
const MOST_CHARACTERS = 5000;

/** Why somebody is not written to. */
export type LeftOut = 'deceased' | 'inactive' | 'out-of-reach' | 'unknown';

/** In English, or whatever the clinic writes; and in Spanish, for whom that is the language. */
export interface Words {
  readonly text: string;
  readonly spanish: string | undefined;
}

/** What each patient gets. */
export type Content =
  | { readonly kind: 'message'; readonly topic: Words; readonly words: Words }
  | { readonly kind: 'questionnaire'; readonly topic: Words; readonly questionnaire: string };

export interface Sender {
  /** `Practitioner/…` */
  readonly author: string;
  readonly authorName: string;
  /** Whom answers go to: the author's organization, so that they wait for the pool and not for one person. */
  readonly sender: string;
  readonly senderName: string;
}

/** As it is kept with the job. */
export interface BroadcastOrder {
  readonly access: KeptAccess;
  readonly content: Content;
  readonly from: Sender;
  /** As it is first stored. */
  readonly request: ResourceJson;
}

export interface Progress {
  /** To whom it is to go. */
  readonly recipients: number;
  /** Of these, how many were dealt with: sent to, or left out after all. */
  readonly done: number;
  readonly sent: number;
  readonly leftOut: Readonly<Partial<Record<LeftOut, number>>>;
}

interface Extension {
  readonly url?: string;
  readonly valueInteger?: number;
  readonly valueCode?: string;
  readonly valueString?: string;
  readonly extension?: readonly Extension[];
}

/** Throws forbidden for whoever sends none: by the role, or by what the app was granted. */
export function requireBroadcasts(access: AccessContext): number {
  const most = access.staff?.broadcastsTo;
  if (most === undefined) throw forbidden('Your role sends nothing to many patients at once.');
  const grants = granting(access.scopes, 'CommunicationRequest', 'c');
  if (!grants.some(({ filter }) => filter.length === 0))
    throw forbidden('The token’s scopes do not allow this write to CommunicationRequest.');
  return most;
}

export function progressOf(request: ResourceJson): Progress {
  const parts = extensionsOf(request).find(({ url }) => url === PROGRESS)?.extension ?? [];
  const count = (name: string): number => parts.find(({ url }) => url === name)?.valueInteger ?? 0;
  const leftOut = parts
    .filter(({ url }) => url === 'left-out')
    .map(({ extension = [] }) => [
      extension.find(({ url }) => url === 'why')?.valueCode,
      extension.find(({ url }) => url === 'count')?.valueInteger,
    ]);
  return {
    recipients: count('recipients'),
    done: count('done'),
    sent: count('sent'),
    leftOut: Object.fromEntries(leftOut) as Progress['leftOut'],
  };
}

export function withProgress(request: ResourceJson, { leftOut, ...counts }: Progress): ResourceJson {
  const others = extensionsOf(request).filter(({ url }) => url !== PROGRESS);
  const parts: Extension[] = [
    ...Object.entries(counts).map(([url, valueInteger]) => ({ url, valueInteger })),
    ...Object.entries(leftOut).map(([why, count]) => ({
      url: 'left-out',
      extension: [
        { url: 'why', valueCode: why },
        { url: 'count', valueInteger: count },
      ],
    })),
  ];
  return { ...request, extension: [...others, { url: PROGRESS, extension: parts }] };
}

const extensionsOf = ({ extension }: ResourceJson): readonly Extension[] =>
  (extension as readonly Extension[] | undefined) ?? [];

/** A CommunicationRequest as it is handed in, valid as FHIR has it. */
export interface Draft {
  readonly identifier?: readonly { readonly system?: string; readonly value?: string }[];
  readonly category?: readonly { readonly coding?: readonly { system?: string; code?: string }[] }[];
  readonly reasonCode?: readonly { readonly text?: string; readonly _text?: Translated }[];
  readonly payload?: readonly {
    readonly contentString?: string;
    readonly _contentString?: Translated;
    readonly contentReference?: { readonly reference?: string };
  }[];
  readonly recipient?: readonly { readonly reference?: string }[];
  readonly contained?: readonly Group[];
}
interface Translated {
  readonly extension?: readonly Extension[];
}

/** Throws 422 for what can't be sent so. */
export function contentOf(asked: Draft): Content {
  const kind = asked.category?.[0]?.coding?.find(({ system }) => system === BROADCAST)?.code;
  const [reason] = asked.reasonCode ?? [];
  const [payload, ...more] = asked.payload ?? [];
  const topic = wordsOf(reason?.text, reason?._text, 'reasonCode', 200);
  if (more.length > 0 || !payload)
    throw fault('A broadcast has one payload: the text, or the questionnaire.', 'payload');
  if (kind === 'message')
    return {
      kind,
      topic,
      words: wordsOf(payload.contentString, payload._contentString, 'payload', MOST_CHARACTERS),
    };
  if (kind !== 'questionnaire')
    throw fault(`category is message or questionnaire of ${BROADCAST}.`, 'category');
  const questionnaire = payload.contentReference?.reference ?? '';
  if (!/^Questionnaire\/[A-Za-z0-9\-.]{1,64}$/.test(questionnaire))
    throw fault('The payload of a questionnaire is a contentReference to it.', 'payload');
  return { kind, topic, questionnaire };
}

function wordsOf(
  text: string | undefined,
  translated: Translated | undefined,
  element: string,
  most: number,
): Words {
  const spanish = translated?.extension
    ?.filter(({ url }) => url === TRANSLATION)
    .map(({ extension = [] }) => extension)
    .find((parts) => parts.some(({ url, valueCode }) => url === 'lang' && valueCode === 'es'))
    ?.find(({ url }) => url === 'content')?.valueString;
  if (typeof text !== 'string' || text.trim() === '') throw fault('There is nothing to send.', element);
  for (const each of [text, spanish ?? '']) {
    if (each.length > most) throw fault(`A text has ${most} characters at most.`, element);
    const unknown = [...each.matchAll(/\{([^{}]*)\}/g)].find(([, name]) => !FIELDS.includes(name as Field));
    if (unknown) throw fault(`There is no field ${unknown[0].slice(0, 40)}.`, element);
  }
  return { text: text.trim(), spanish: spanish?.trim() || undefined };
}

/** The Group that it names: one that is contained, or the id of one that exists. */
export function recipientsAsked({ recipient = [], contained = [] }: Draft): Group | string {
  const [one, ...more] = recipient;
  const reference = more.length > 0 ? '' : (one?.reference ?? '');
  const id = /^Group\/([A-Za-z0-9\-.]{1,64})$/.exec(reference)?.[1];
  if (id !== undefined) return id;
  const group = contained.find((each) => reference !== '' && `#${each.id}` === reference);
  if (group?.resourceType !== 'Group' || group.type !== 'person')
    throw fault('The recipient is one Group of persons.', 'recipient');
  return group;
}

const fault = (text: string, element: string): Error => businessRule(text, `CommunicationRequest.${element}`);

/** The CommunicationRequest as it is stored: of what was asked nothing else goes on. */
export function requestOf(
  asked: Draft,
  {
    id,
    content,
    from,
    at,
    asks,
  }: { id: string; content: Content; from: Sender; at: string; asks: readonly string[] },
  progress: Progress,
): ResourceJson {
  const { contained, recipient } = asked;
  return withProgress(
    {
      resourceType: 'CommunicationRequest',
      ...(contained?.length ? { contained } : {}),
      identifier: [{ system: BROADCAST, value: id }],
      status: 'active',
      category: [
        { coding: [{ system: BROADCAST, code: content.kind }] },
        ...(asks.length > 0 ? [{ coding: asks.map((code) => ({ system: BROADCAST_ASKS, code })) }] : []),
      ],
      payload: [
        content.kind === 'message'
          ? { contentString: content.words.text, ...translation('_contentString', content.words) }
          : { contentReference: { reference: content.questionnaire } },
      ],
      authoredOn: at,
      requester: { reference: from.author, display: from.authorName },
      recipient,
      sender: { reference: from.sender, display: from.senderName },
      reasonCode: [{ text: content.topic.text, ...translation('_text', content.topic) }],
    },
    progress,
  );
}

const translation = (name: string, { spanish }: Words): object =>
  spanish === undefined
    ? {}
    : {
        [name]: {
          extension: [
            {
              url: TRANSLATION,
              extension: [
                { url: 'lang', valueCode: 'es' },
                { url: 'content', valueString: spanish },
              ],
            },
          ],
        },
      };
