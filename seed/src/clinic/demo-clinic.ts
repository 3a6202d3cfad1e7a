/** The demonstration clinic: directory, patients, schedules. A pure function of the day and the seed. */
import type { Resource } from '@medplum/fhirtypes';
import { createCalendar } from '../clinical/calendar.ts';
import { directory } from '../clinical/directory.ts';
import { questionnaireDefinitions } from '../clinical/questionnaires.ts';
import { createRandom } from '../clinical/random.ts';
import { record } from '../clinical/record.ts';
import { schedules } from '../clinical/schedule.ts';
import type { PatientStory } from '../clinical/story.ts';
import { stories } from '../patients/stories.ts';

export interface DemoClinic {
  /** Organizations, locations, people, services, questionnaires, schedules and slots. */
  readonly directory: readonly Resource[];
  readonly patients: readonly { readonly story: PatientStory; readonly resources: readonly Resource[] }[];
}

export interface DemoClinicOptions {
  /** The day from which appointments and the newest results are counted, YYYY-MM-DD. */
  readonly today: string;
  readonly seed?: string;
}

export function demoClinic({ today, seed = 'wellspring' }: DemoClinicOptions): DemoClinic {
  const world = { calendar: createCalendar(today), random: createRandom(seed) };
  const people = stories(world.calendar);
  const booked = people.flatMap(({ appointments = [] }) =>
    appointments.filter(({ status }) => status === 'booked'),
  );
  return {
    directory: [...directory(), ...questionnaireDefinitions(), ...schedules(today, world.random, booked)],
    patients: people.map((story) => ({ story, resources: record(story, world) })),
  };
}
