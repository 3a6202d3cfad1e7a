/** The lines of a report as the laboratory sent them: in the order of DiagnosticReport.result, a panel's members (hasMember) under its name. */
import type { DiagnosticReport, Observation } from '@medplum/fhirtypes';
import { isPanel } from '../../format/observation.ts';
import { conceptText, testName } from '../../format/words.ts';
import { nameIn } from './contained.ts';

export interface Section {
  /** undefined: it begins the report, and is called as the report is. */
  readonly title: string | undefined;
  readonly results: readonly Observation[];
}

interface Placed {
  readonly result: Observation;
  readonly panel: Observation | undefined;
}

/** `results`: whatever was found with the report; what it does not refer to stands at its end. */
export function sectionsOf(report: DiagnosticReport, results: readonly Observation[]): Section[] {
  const sections: { panel: Observation | undefined; results: Observation[] }[] = [];
  for (const { result, panel } of placed(report, results)) {
    const last = sections.at(-1);
    if (last && last.panel === panel) last.results.push(result);
    else sections.push({ panel, results: [result] });
  }
  const own = [testName(report.code), conceptText(report.code)];
  return sections.map(({ panel, results: of }, i) => {
    const title = testName((panel ?? report).code);
    return { title: i === 0 && own.includes(title) ? undefined : title, results: of };
  });
}

/** All of them, and no panel. */
export const inReportOrder = (report: DiagnosticReport, results: readonly Observation[]): Observation[] =>
  placed(report, results).map(({ result }) => result);

function placed(report: DiagnosticReport, results: readonly Observation[]): Placed[] {
  const byName = new Map(results.map((each) => [nameIn(report, each), each]));
  const taken = new Set<Observation>();
  const list: Placed[] = [];
  const take = (found: Observation | undefined, panel: Observation | undefined): void => {
    // A panel that holds itself ends all the same.
    if (!found || taken.has(found)) return;
    taken.add(found);
    const holds = isPanel(found);
    if (!holds) list.push({ result: found, panel });
    for (const { reference } of found.hasMember ?? [])
      take(byName.get(reference ?? ''), holds ? found : panel);
  };
  for (const { reference } of report.result ?? []) take(byName.get(reference ?? ''), undefined);
  for (const each of results) take(each, undefined);
  return list;
}

/** What was written to the report as a whole, the clinician's words first. */
export function commentsOf(report: DiagnosticReport, results: readonly Observation[]): string[] {
  const codes = (report.conclusionCode ?? []).map(conceptText);
  const ofPanels = results.filter(isPanel).flatMap(({ note = [] }) => note.map(({ text }) => text));
  const all = [report.conclusion ?? '', ...codes, ...ofPanels];
  return [...new Set(all.map((text) => text?.trim() ?? ''))].filter((text) => text !== '');
}
