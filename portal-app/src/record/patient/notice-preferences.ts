/**
 * How news is announced: by the contact point of rank 1, with an extension of it for hours and reminders (fhir-server reads the same:
 * `urn:wellspring:notice-preferences`, docs/OPERATIONS.md); and in which language (Patient.communication).
 */
import type { ContactPoint, Extension, Patient } from '@medplum/fhirtypes';
import type { Language } from '../../i18n/wished.ts';
import { languageOf } from './language.ts';

export interface NoticePreferences {
  readonly channel: 'email' | 'phone';
  readonly language: Language;
  /** Hours before a visit; none: no reminders. */
  readonly reminderHours: readonly number[];
  /** HH:MM in the person's own time zone; '' = no quiet hours. */
  readonly quietFrom: string;
  readonly quietUntil: string;
}

const PREFERENCES = 'urn:wellspring:notice-preferences';
/** What the clinic does where nobody has said otherwise. */
const USUAL_HOURS = [24];
const LANGUAGES = 'urn:ietf:bcp:47';
const NAMES: Readonly<Record<Language, string>> = { en: 'English', es: 'Spanish' };

export function preferencesOf(patient: Patient): NoticePreferences {
  const chosen = patient.telecom?.find(({ rank }) => rank === 1);
  const parts = chosen?.extension?.find(({ url }) => url === PREFERENCES)?.extension ?? [];
  const all = (name: string): readonly Extension[] => parts.filter(({ url }) => url === name);
  const time = (name: string): string => all(name)[0]?.valueTime?.slice(0, 5) ?? '';
  const hours = all('reminderHours').flatMap(({ valuePositiveInt }) => valuePositiveInt ?? []);
  return {
    channel: chosen?.system === 'phone' ? 'phone' : 'email',
    language: languageOf(patient) ?? 'en',
    reminderHours: all('reminders')[0]?.valueBoolean === false ? [] : hours.length > 0 ? hours : USUAL_HOURS,
    quietFrom: time('quietFrom'),
    quietUntil: time('quietUntil'),
  };
}

export function withPreferences(patient: Patient, preferences: NoticePreferences, timeZone: string): Patient {
  return {
    ...patient,
    telecom: ranked(patient.telecom ?? [], preferences.channel, extensionOf(preferences, timeZone)),
    communication: spoken(patient.communication ?? [], preferences.language),
  };
}

function extensionOf(
  { reminderHours, quietFrom, quietUntil }: NoticePreferences,
  timeZone: string,
): Extension {
  const quiet: Extension[] =
    quietFrom === '' || quietUntil === ''
      ? []
      : [
          { url: 'quietFrom', valueTime: `${quietFrom}:00` },
          { url: 'quietUntil', valueTime: `${quietUntil}:00` },
        ];
  const reminders: Extension[] =
    reminderHours.length === 0
      ? [{ url: 'reminders', valueBoolean: false }]
      : reminderHours.map((hours) => ({ url: 'reminderHours', valuePositiveInt: hours }));
  return { url: PREFERENCES, extension: [...reminders, ...quiet, { url: 'timeZone', valueCode: timeZone }] };
}

/** Text messages go to mobile phones only. What was preferred before is preferred no more. */
function ranked(
  telecom: readonly ContactPoint[],
  channel: 'email' | 'phone',
  extension: Extension,
): ContactPoint[] {
  const first = telecom.findIndex(({ system }) => system === channel);
  return telecom.map(({ rank: _, extension: old = [], ...each }, i) => {
    const others = old.filter(({ url }) => url !== PREFERENCES);
    if (i !== first) return others.length > 0 ? { ...each, extension: others } : each;
    return {
      ...each,
      rank: 1,
      ...(channel === 'phone' ? { use: 'mobile' as const } : {}),
      extension: [...others, extension],
    };
  });
}

type Spoken = NonNullable<Patient['communication']>;

/** The chosen language first and preferred; the others stay on record. */
function spoken(languages: Spoken, chosen: Language): Spoken {
  const isChosen = ({ language }: Spoken[number]): boolean =>
    language.coding?.some(({ code }) => code?.startsWith(chosen)) === true;
  const found = languages.find(isChosen) ?? {
    language: { coding: [{ system: LANGUAGES, code: chosen, display: NAMES[chosen] }], text: NAMES[chosen] },
  };
  const others = languages.filter((each) => !isChosen(each)).map(({ preferred: _, ...each }) => each);
  return [{ ...found, preferred: true }, ...others];
}
