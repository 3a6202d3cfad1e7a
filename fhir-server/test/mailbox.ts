/** A patient with a doctor, a care team and a nurse, who write to each other: what tests of the care team's queue begin with. */
import { expect } from 'vitest';
import { patient } from './resources.ts';
import type { World } from './world.ts';

export type Resource = { resourceType: string; id: string; [element: string]: unknown };

/** Tokens of patient `a` and of nurse `nina`; the patient's doctor is `ruiz`. */
export interface Mailbox {
  readonly own: string;
  readonly nurse: string;
  readonly put: (resource: Resource, token?: string) => ReturnType<World['ask']>;
  /** What was made; fails where it was not. By the patient, if nobody else is named. */
  readonly post: (body: Omit<Resource, 'id'>, token?: string) => Promise<Resource>;
  /** Tasks of a kind, the oldest first, as the nurse sees them. */
  readonly filed: (kind: string, token?: string) => Promise<Resource[]>;
}

export async function openMailbox(world: World): Promise<Mailbox> {
  const put: Mailbox['put'] = (resource, token = world.system) =>
    world.ask('PUT', `/${resource.resourceType}/${resource.id}`, { token, body: resource });
  await put({ resourceType: 'Practitioner', id: 'ruiz', name: [{ text: 'Dr. Elena Ruiz' }] });
  await put(patient('a', { generalPractitioner: [{ reference: 'Practitioner/ruiz' }] }));
  await put({
    resourceType: 'CareTeam',
    id: 'team',
    status: 'active',
    subject: ref('Patient/a'),
    participant: [{ member: ref('Practitioner/ruiz') }],
  });
  const own = world.patient('a', 'openid fhirUser launch/patient patient/*.cruds');
  const nurse = await world.staff('nina', 'nurse', 'user/*.cruds');
  return {
    own,
    nurse,
    put,
    post: async (body, token = own) => {
      const answer = await world.ask('POST', `/${body.resourceType}`, { token, body });
      expect(answer.status, answer.text).toBe(201);
      return answer.body as Resource;
    },
    filed: async (kind, token = nurse) => {
      const address = `/Task?code=urn:wellspring:task|${kind}&_sort=authored-on&_count=100`;
      const { body } = await world.ask('GET', address, { token });
      return (body.entry ?? []).map(({ resource }: { resource: Resource }) => resource);
    },
  };
}

export const ref = (reference: string) => ({ reference });
export const now = (): string => new Date().toISOString();

/** Of the patient to the doctor. */
export const message = (change: object = {}) => ({
  resourceType: 'Communication',
  status: 'completed',
  subject: ref('Patient/a'),
  sender: ref('Patient/a'),
  recipient: [ref('Practitioner/ruiz')],
  topic: { text: 'Cough' },
  sent: now(),
  payload: [{ contentString: 'It does not go away.' }],
  ...change,
});

/** Of the nurse to the patient. */
export const answerTo = (id: string) =>
  message({
    sender: ref('Practitioner/nina'),
    recipient: [ref('Patient/a')],
    inResponseTo: [ref(`Communication/${id}`)],
  });
