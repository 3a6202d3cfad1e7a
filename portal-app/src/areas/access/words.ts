/** Entries of the access log as words, gathered: who did what on a day, not each single request. */
import type { AuditEvent } from '@medplum/fhirtypes';

const DEEDS: Readonly<Record<string, string>> = {
  R: 'Looked at',
  E: 'Looked for',
  C: 'Added',
  U: 'Changed',
  D: 'Removed',
};

export interface Visit {
  readonly who: string;
  /** The newest of them. */
  readonly at: string;
  readonly deeds: readonly string[];
  readonly times: number;
}

/** The newest first; one entry for each person or app a day. */
export function visitsOf(events: readonly AuditEvent[], self: string): Visit[] {
  const groups = Map.groupBy(
    events,
    (event) => `${new Date(event.recorded).toDateString()} ${whoText(event, self)}`,
  );
  return [...groups.values()].map((ofOne) => {
    const [newest] = ofOne as [AuditEvent];
    return {
      who: whoText(newest, self),
      at: newest.recorded,
      deeds: [...new Set(ofOne.map(whatText))],
      times: ofOne.length,
    };
  });
}

export function whoText({ agent }: AuditEvent, self: string): string {
  const people = agent.map(({ who }) => who);
  if (people.some((who) => who?.reference?.endsWith(self))) return 'You';
  const named = people.map((who) => who?.display ?? who?.reference ?? who?.identifier?.value).filter(Boolean);
  return named[0] ?? 'Somebody';
}

export function whatText({ action, entity = [] }: AuditEvent): string {
  const types = entity.flatMap(
    ({ what }) => /(?:^|\/)([A-Z][A-Za-z]+)\//.exec(what?.reference ?? '')?.[1] ?? [],
  );
  const things = [...new Set(types.filter((type) => type !== 'Patient'))].map(spaced);
  return `${DEEDS[action ?? ''] ?? 'Used'} ${things.length > 0 ? things.join(', ') : 'the record'}`;
}

const spaced = (name: string): string => name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
