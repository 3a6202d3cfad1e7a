/**
 * HL7's interpretation codes that say nothing of a range (http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation), and what laboratories write in their place. The first
 * page, which has the others (flag.ts), draws them when these have come.
 */
import type { CodeableConcept } from '@medplum/fhirtypes';
import { type Text, t } from '../i18n/text.ts';

/** In small letters. */
const WORDS: ReadonlyMap<string, Text> = new Map(
  (
    [
      ['Better than before', 'b|better'],
      ['Worse than before', 'w|worse'],
      ['Clearly higher than before', 'u|significant change up'],
      ['Clearly lower than before', 'd|significant change down'],
      ['As expected', 'exp|expected'],
      ['Not as expected', 'une|unexpected'],
      ['Susceptible at a higher dose', 'sdd|susceptible-dose dependent|susceptible-dose-dependent'],
      ['Not susceptible', 'ns|non-susceptible|nonsusceptible|not susceptible'],
      ['Moderately susceptible', 'ms|moderately susceptible'],
      ['Very susceptible', 'vs|very susceptible'],
      ['Susceptible to both together', 'syn-s|synergy - susceptible'],
      ['Resistant to both together', 'syn-r|synergy - resistant'],
      ['No limit is published', 'ncl|no clsi defined breakpoint'],
      ['Not enough to tell', 'ie|insufficient evidence'],
      ['Carrier', 'car|carrier'],
      ['Disturbed by other substances', 'ac|anti-complementary substances present'],
      ['Toxic to the cells of the test', 'tox|cytotoxic substance present'],
      ['The check of the test failed', 'qcf|quality control failure'],
      ['A doctor looks at it first', 'hm|hold for medical review'],
      ['Told with each value', 'obx|interpretation qualifiers in separate obx segments'],
    ] as const
  ).flatMap(([text, said]) => said.split('|').map((each) => [each, text] as const)),
);

/** HL7's own, by whichever of its names, and HL7 v2's table, which it took the place of. */
const HL7 = /ObservationInterpretation$|0078$/;

/** A single letter is a code where its system is HL7's, or none is named: another laboratory's `U` may be anything. */
export function furtherWords({ coding = [], text }: CodeableConcept): string | undefined {
  const said = [
    ...coding.flatMap(({ system, code }) => (HL7.test(system ?? 'v2-0078') ? (code ?? []) : [])),
    ...[text, ...coding.map(({ display }) => display)].filter((each = '') => each.trim().length > 1),
  ];
  const [words] = said.flatMap((each = '') => WORDS.get(each.trim().toLowerCase()) ?? []);
  return words && t(words);
}
