/** The sign-ins of the demonstration clinic, as docs/ARCHITECTURE.md lays the file out. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RECEPTIONIST } from '../clinical/front-desk.ts';
import { type ClinicianId, displayName } from '../clinical/practitioners.ts';
import type { PatientStory } from '../clinical/story.ts';
import type { DemoClinic } from './demo-clinic.ts';

export interface DemoAccount {
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
  readonly role: 'patient' | 'proxy' | 'practitioner';
  /** Who they are to FHIR, the main one first. */
  readonly persons: readonly string[];
}

const CLINICIANS: readonly ClinicianId[] = ['elena-ruiz', 'amara-osei', 'miguel-torres'];

/** Everyone with an e-mail address, everyone who acts for somebody, and four of the staff. One person has one account. */
export function demoAccounts({ patients }: DemoClinic, password: string): DemoAccount[] {
  const people = patients.map(({ story }) => story);
  const proxies = people.flatMap((story) => proxyAccounts(story, people, password));
  const taken = new Set(proxies.map(({ email }) => email));
  return [
    ...people.flatMap((story) => patientAccount(story, password)).filter(({ email }) => !taken.has(email)),
    ...proxies,
    ...CLINICIANS.map((id) => clinicianAccount(id, password)),
    staffAccount(RECEPTIONIST, password),
  ];
}

function patientAccount(story: PatientStory, password: string): DemoAccount[] {
  if (story.email === undefined) return [];
  return [
    {
      username: story.key,
      email: story.email,
      password,
      displayName: `${story.given[0]} ${story.family}`,
      role: 'patient',
      persons: [`Patient/${story.id}`],
    },
  ];
}

/** A proxy may open the record of whom they act for and, as a patient of the clinic, their own. */
function proxyAccounts(
  story: PatientStory,
  people: readonly PatientStory[],
  password: string,
): DemoAccount[] {
  return (story.proxies ?? []).map((proxy) => ({
    username: proxy.given.toLowerCase(),
    email: proxy.email,
    password,
    displayName: `${proxy.given} ${proxy.family}`,
    role: 'proxy',
    persons: [
      `RelatedPerson/${proxy.id}`,
      ...people.filter(({ email }) => email === proxy.email).map(({ id }) => `Patient/${id}`),
    ],
  }));
}

const clinicianAccount = (id: ClinicianId, password: string): DemoAccount =>
  staffAccount(
    { id, name: displayName(id), email: `${id.replace('-', '.')}@clinic.wellspring.example` },
    password,
  );

function staffAccount(
  { id, name, email }: { readonly id: string; readonly name: string; readonly email: string },
  password: string,
): DemoAccount {
  return {
    username: id,
    email,
    password,
    displayName: name,
    role: 'practitioner',
    persons: [`Practitioner/${id}`],
  };
}

export function demoAccountsFile(dataDir: string): string {
  return join(dataDir, 'demo-accounts.json');
}

/** Writes the file whole or not at all. */
export async function writeDemoAccounts(file: string, accounts: readonly DemoAccount[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.tmp`;
  await writeFile(draft, `${JSON.stringify(accounts, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, file);
}
