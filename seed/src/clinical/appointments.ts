/** Appointments, past and to come, with the slot each occupies. */
import type {
  Appointment,
  Condition,
  HealthcareService,
  Location,
  Patient,
  Practitioner,
  Resource,
  Schedule,
  Slot,
} from '@medplum/fhirtypes';
import { diagnoses } from '../codes/diagnoses.ts';
import { addDays, at, plusMinutes } from './calendar.ts';
import { concept, hl7, idOf, NUCC, reference } from './coding.ts';
import { conditionId } from './conditions.ts';
import { type LocationId, locationNames } from './directory.ts';
import { patientReference } from './patient.ts';
import { clinician, displayName, services } from './practitioners.ts';
import { scheduleId } from './schedule.ts';
import type { PatientStory, PlannedVisit, World } from './story.ts';
import { videoRoom } from './virtual-service.ts';
import { visitKinds } from './visit-kinds.ts';

export function appointments(story: PatientStory, { calendar }: World): Resource[] {
  const lately = calendar.ago(2, 'booked').date;
  return (story.appointments ?? []).flatMap((visit) => {
    const made = appointment(story, visit, lately);
    return visit.status === 'booked' ? [slot(story, visit), made] : [made];
  });
}

/** A month ahead, and what is more than a month away not long ago. */
function bookedOn({ when }: PlannedVisit, lately: string): string {
  const monthBefore = addDays(when.date, -30);
  return monthBefore < lately ? monthBefore : lately;
}

function slotId(story: PatientStory, { slug }: PlannedVisit): string {
  return idOf('slot', story.key, slug);
}

/** The time of a booked visit is taken in the clinician's schedule. */
function slot(story: PatientStory, visit: PlannedVisit): Slot {
  const { service = 'primary-care', specialty, title } = clinician(visit.clinician);
  return {
    resourceType: 'Slot',
    id: slotId(story, visit),
    serviceType: [hl7('service-type', services[service].type, services[service].name)],
    specialty: [concept(NUCC, specialty, title)],
    schedule: reference<Schedule>('Schedule', scheduleId(visit.clinician)),
    status: 'busy',
    start: at(visit.when.date, visit.time),
    end: at(visit.when.date, plusMinutes(visit.time, visit.minutes)),
  };
}

function appointment(story: PatientStory, visit: PlannedVisit, lately: string): Appointment {
  const { service = 'primary-care', specialty, title } = clinician(visit.clinician);
  const place: LocationId = visit.video === true ? 'video-visit' : 'hill-street-2nd-floor';
  const decided = visit.status !== 'proposed';
  return {
    resourceType: 'Appointment',
    id: idOf('appointment', story.key, visit.slug),
    ...(visit.video && { extension: [videoRoom(visit.clinician)] }),
    status: visit.status,
    ...(visit.status === 'cancelled' && {
      cancelationReason: hl7('appointment-cancellation-reason', [
        'pat-cpp',
        'Patient: Canceled via Patient Portal',
      ]),
    }),
    serviceCategory: [hl7('service-category', ['17', 'General Practice'])],
    serviceType: [hl7('service-type', services[service].type, services[service].name)],
    specialty: [concept(NUCC, specialty, title)],
    appointmentType: hl7('v2-0276', visitKinds[visit.type], visit.reason),
    reasonCode: [{ text: visit.reason }],
    ...(visit.diagnosis !== undefined && {
      reasonReference: [
        reference<Condition>(
          'Condition',
          conditionId(story, visit.diagnosis),
          diagnoses[visit.diagnosis].text,
        ),
      ],
    }),
    description: visit.reason,
    ...(decided && {
      start: at(visit.when.date, visit.time),
      end: at(visit.when.date, plusMinutes(visit.time, visit.minutes)),
      minutesDuration: visit.minutes,
    }),
    ...(visit.status === 'booked' && { slot: [reference<Slot>('Slot', slotId(story, visit))] }),
    ...(!decided && {
      requestedPeriod: [
        { start: at(visit.when.date, '08:00'), end: at(addDays(visit.when.date, 4), '17:00') },
      ],
    }),
    created: at(bookedOn(visit, lately), '10:12'),
    ...(visit.instructions !== undefined && { patientInstruction: visit.instructions }),
    participant: [
      {
        type: [hl7('v3-ParticipationType', ['SBJ', 'subject'])],
        actor: reference<Patient>('Patient', story.id, patientReference(story).display),
        required: 'required',
        status: 'accepted',
      },
      {
        type: [hl7('v3-ParticipationType', ['PPRF', 'primary performer'])],
        actor: reference<Practitioner>('Practitioner', visit.clinician, displayName(visit.clinician)),
        required: 'required',
        status: decided ? 'accepted' : 'needs-action',
      },
      {
        actor: reference<Location>('Location', place, locationNames[place]),
        required: 'required',
        status: 'accepted',
      },
      {
        actor: reference<HealthcareService>('HealthcareService', service, services[service].name),
        required: 'information-only',
        status: 'accepted',
      },
    ],
  };
}
