/**
 * `Organization/[id]/$notice-texts`: what this clinic's patients are told that there is something, by kind and language: the standard words, the clinic's own, and mail and text message as
 * they are sent, with `{portal}` where the portal's address stands. With `kind`, `language` and `text`: how that text would be sent; 422 where it can't be used. Nothing is stored:
 * the words are an extension of the Organization (repository/notices/own-notice-texts.ts).
 */
import { businessRule, invalid, notFound } from '@wellspring/profiles';
import { onBehalf } from '../access/on-behalf.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { type Clinic, clinicOf, hoursOf, type Organization } from '../repository/notices/clinic-contact.ts';
import { emailText, smsText, standardText } from '../repository/notices/notice-texts.ts';
import {
  LANGUAGES,
  type Language,
  type NoticeKind,
  OWN_KINDS,
  textFault,
  textKey,
} from '../repository/notices/own-notice-texts.ts';
import { type ResourceJson, resourceOf } from '../repository/text/resource-text.ts';
import { inputOf, type OperationInput, ofKind, parametersReply } from './parameters.ts';

const PORTAL = '{portal}';

export async function noticeTexts(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, ofKind(['kind', 'language', 'text'], 'text'));
  const { repository } = services;
  const { access, id } = request;
  const found = await repository.read(access, 'Organization', id);
  // Whoever may read the Organization is told when it is open.
  const hours = await hoursOf(
    (type, where, most) => repository.find(onBehalf(access, `system/${type}.s`), type, where, most),
    `Organization/${id}`,
  );
  const clinic = clinicOf(resourceOf<ResourceJson & Organization>(found), hours);
  if (!clinic) throw notFound('Organization', id);
  const tried = triedOf(input);
  if (tried) {
    const texts = new Map([[textKey(tried.kind, tried.language), tried.text]]);
    return parametersReply(partsOf({ ...clinic, texts }, tried.kind, tried.language));
  }
  return parametersReply(
    ...OWN_KINDS.flatMap((kind) => LANGUAGES.map((language) => partsOf(clinic, kind, language))),
  );
}

function triedOf(
  input: OperationInput,
): { readonly kind: NoticeKind; readonly language: Language; readonly text: string } | undefined {
  const text = input.one('text');
  if (text === undefined) return undefined;
  const kind = OWN_KINDS.find((each) => each === input.one('kind'));
  const language = LANGUAGES.find((each) => each === input.one('language'));
  if (!kind) throw invalid(`'kind' is one of ${OWN_KINDS.join(', ')}.`, 'Parameters.parameter');
  if (!language) throw invalid(`'language' is one of ${LANGUAGES.join(', ')}.`, 'Parameters.parameter');
  const fault = textFault(text);
  if (fault) throw businessRule(fault, 'Parameters.parameter');
  return { kind, language, text };
}

function partsOf(clinic: Clinic, kind: NoticeKind, language: Language): object {
  const said = { kind, language, portal: PORTAL, clinic };
  const own = clinic.texts.get(textKey(kind, language));
  const email = emailText(said);
  return {
    name: 'notice',
    part: [
      { name: 'kind', valueCode: kind },
      { name: 'language', valueCode: language },
      { name: 'standard', valueString: standardText(kind, language) },
      ...(own === undefined ? [] : [{ name: 'own', valueString: own }]),
      { name: 'subject', valueString: email.subject },
      { name: 'email', valueString: email.text },
      { name: 'sms', valueString: smsText(said) },
    ],
  };
}
