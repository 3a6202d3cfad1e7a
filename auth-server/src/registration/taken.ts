/** What no app may be called, or show as its own: names and addresses of the clinic and of its apps. */
import type { Config } from '../config.ts';
import { loadClients, type OwnMembers } from '../provider/clients.ts';
import type { Taken } from './policy.ts';

/** As the clinic's apps call themselves where nobody has named them otherwise. */
const OWN_APPS = [
  'your health portal',
  'the care team’s desk',
  'your account',
  'su portal de salud',
  'tu portal de salud',
  'el escritorio del equipo médico',
  'el escritorio del equipo de atención',
  'su cuenta',
];

/** As people call them, whoever's they are said to be: nobody's whole name. */
const CALLED = [
  'health portal',
  'patient portal',
  'portal',
  'care team desk',
  'care team’s desk',
  'account',
  'portal de salud',
  'portal del paciente',
  'portal de pacientes',
  'escritorio del equipo médico',
  'cuenta',
];

export function takenBy(config: Config): Taken {
  const fromFile = loadClients(config);
  const isOwn = (client: object): boolean => (client as OwnMembers).trusted === true;
  const namesOf = (clients: readonly { client_name?: unknown }[]): string[] =>
    clients.flatMap(({ client_name: name }) => (typeof name === 'string' ? [name] : []));
  const addresses = [
    config.AUTH_ISSUER,
    config.FHIR_BASE_URL,
    config.PORTAL_URL,
    config.DESK_URL,
    config.CLINIC_URL,
  ];
  return {
    names: {
      within: [config.CLINIC_NAME, ...OWN_APPS, ...namesOf(fromFile.filter(isOwn))],
      whole: [...CALLED, ...namesOf(fromFile.filter((client) => !isOwn(client)))],
    },
    hosts: addresses.flatMap((address) => (address === undefined ? [] : [new URL(address).hostname])),
  };
}
