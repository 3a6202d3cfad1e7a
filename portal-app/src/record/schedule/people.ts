/** Who works by a schedule that names a person by their role alone: the person is named beside it, as other schedules name them. */
import type { PractitionerRole, Resource, Schedule } from '@medplum/fhirtypes';

/** `included`: the roles among what came with them. */
export function withPeople(
  schedules: readonly Schedule[],
  included: readonly Resource[],
): readonly Schedule[] {
  const roles = new Map(
    included
      .filter((each): each is PractitionerRole => each.resourceType === 'PractitionerRole')
      .map((each) => [`PractitionerRole/${each.id}`, each]),
  );
  return schedules.map((schedule) => {
    const { actor = [] } = schedule;
    const named = new Set(actor.map(({ reference }) => reference));
    const people = actor.flatMap(({ reference, display }) => {
      const { practitioner } = roles.get(reference ?? '') ?? {};
      if (!practitioner?.reference || named.has(practitioner.reference)) return [];
      const name = practitioner.display ?? display;
      return [{ reference: practitioner.reference, ...(name ? { display: name } : {}) }];
    });
    return people.length === 0
      ? schedule
      : { ...schedule, actor: [...actor, ...people] as Schedule['actor'] };
  });
}
