/** Entries of the access log as words. */
import type { AuditEvent } from '@medplum/fhirtypes';

const DEEDS: Readonly<Record<string, string>> = {
  R: 'Looked at',
  E: 'Searched for',
  C: 'Added',
  U: 'Changed',
  D: 'Removed',
};

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
