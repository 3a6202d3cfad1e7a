/** Why a visit does not take place, as the patient reads it. */
import type { Appointment } from '@medplum/fhirtypes';
import { lookUp } from '../../format/table.ts';
import { conceptText } from '../../format/words.ts';
import { type Text, t } from '../../i18n/text.ts';

const SYSTEM = 'http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason';

/** https://terminology.hl7.org/CodeSystem-appointment-cancellation-reason.html */
const REASONS: Readonly<Record<string, Text>> = {
  pat: 'The patient cancelled it',
  'pat-crs': 'Cancelled in answer to a reminder',
  'pat-cpp': 'Cancelled in the portal',
  'pat-dec': 'The patient has died',
  'pat-fb': 'No longer needed: the patient feels better',
  'pat-lt': 'There was no way to get there',
  'pat-mt': 'The membership has ended',
  'pat-mv': 'The patient has moved away',
  'pat-preg': 'Because of a pregnancy',
  'pat-swl': 'Another time was given from the waiting list',
  'pat-ucp': 'The patient chose somebody else to see',
  prov: 'Cancelled by the clinic',
  'prov-pers': 'Nobody was there who could see the patient',
  'prov-dch': 'This treatment has ended',
  'prov-edu': 'The doctor or nurse was at a meeting or training',
  'prov-hosp': 'Because of a stay in hospital',
  'prov-labs': 'Laboratory results did not allow it',
  'prov-mri': 'The safety questions before the MRI did not allow it',
  'prov-onc': 'The treatment plan has changed',
  maint: 'Equipment was being repaired',
  'meds-inc': 'What had to be taken or prepared before was not complete',
  other: 'Another reason',
  'oth-cms': 'The insurance did not approve it',
  'oth-err': 'It was a mistake',
  'oth-fin': 'For financial reasons',
  'oth-iv': 'There was a problem with the infusion',
  'oth-int': 'No interpreter was available',
  'oth-mu': 'Medicine, results or preparations were not there',
  'oth-room': 'The room was not available',
  'oth-oerr': 'It was ordered or planned by mistake',
  'oth-swie': 'It was a mistake',
  'oth-weath': 'Because of the weather',
};

/** Written by the apps and the server themselves: what the patient did, or what the visit beside it tells. */
const BY_ITSELF = [
  'Cancelled by the patient',
  'No longer wanted by the patient',
  'Moved to another time',
  // A hold that nobody confirmed.
  'The time was not confirmed',
  'The visit that an earlier time was asked for is no longer to come',
  // What HL7's code system has for the same, where its code is not told: `pat`, `pat-cpp`, `pat-crs`.
  'Patient',
  'Patient: Canceled via Patient Portal',
  'Patient: Canceled via automated reminder system',
];

/** In the words of whoever cancelled or declined it; where these are no more than those of its code, in ours. undefined where nobody said. */
export function whyCancelled({ status, cancelationReason }: Appointment): string | undefined {
  if (status !== 'cancelled' || !cancelationReason) return undefined;
  const { text = '', coding = [] } = cancelationReason;
  const isOfCode = coding.some(({ display, code }) => text === '' || text === display || text === code);
  const words = isOfCode
    ? coding.flatMap(({ system, code }) => (system === SYSTEM ? (lookUp(REASONS, code) ?? []) : []))
    : [];
  const [own] = words;
  if (own !== undefined) return t(own);
  const said = conceptText(cancelationReason);
  return said === '' || BY_ITSELF.includes(said) ? undefined : said;
}
