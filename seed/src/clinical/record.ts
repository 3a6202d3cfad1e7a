/** One patient's whole record, in an order in which every reference points backwards where it can. */
import type { Resource } from '@medplum/fhirtypes';
import { appointments } from './appointments.ts';
import { bills } from './bills.ts';
import { background } from './conditions.ts';
import { encounters } from './encounters.ts';
import { goalsAndPlan } from './goals.ts';
import { laboratoryResults } from './laboratory.ts';
import { medications } from './medications.ts';
import { messages } from './messages.ts';
import { otherResults } from './other-results.ts';
import { person } from './patient.ts';
import { provenance } from './provenance.ts';
import { questionnaireResults } from './questionnaires.ts';
import type { PatientStory, World } from './story.ts';
import { studies } from './studies.ts';
import { tasks } from './tasks.ts';
import { vitalSigns } from './vitals.ts';
import { waiting } from './waiting.ts';

export function record(story: PatientStory, world: World): Resource[] {
  const resources = [
    ...person(story),
    ...background(story),
    ...encounters(story),
    ...vitalSigns(story, world),
    ...laboratoryResults(story, world),
    ...otherResults(story),
    ...studies(story),
    ...medications(story),
    ...goalsAndPlan(story),
    ...questionnaireResults(story),
    ...appointments(story, world),
    ...tasks(story),
    ...bills(story),
    ...messages(story),
    ...waiting(story, world),
  ];
  return [...resources, provenance(story, resources)];
}
