/** How the clinic is reached, as it was last read: nothing of a person, so that it is kept, and said also where nobody is signed in or nothing can be read. */
import { useSyncExternalStore } from 'react';

export interface ClinicContact {
  readonly name: string;
  readonly phone?: string | undefined;
  /** In one line. */
  readonly address?: string | undefined;
  /** IANA name of its time zone. */
  readonly timeZone?: string | undefined;
  /** When it is open, a line each. */
  readonly hours?: readonly string[];
}

const KEPT = 'wellspring.clinic';
const listeners = new Set<() => void>();
let known: ClinicContact | undefined;

/** What is known stays known: a new one that says less of the same clinic takes nothing away. */
export function rememberClinic(contact: ClinicContact): void {
  const before = knownClinic();
  const next = before?.name === contact.name ? { ...before, ...contact } : contact;
  if (JSON.stringify(next) === JSON.stringify(before)) return;
  known = next;
  localStorage.setItem(KEPT, JSON.stringify(next));
  for (const listener of listeners) listener();
}

export function knownClinic(): ClinicContact | undefined {
  if (known) return known;
  try {
    known = JSON.parse(localStorage.getItem(KEPT) ?? 'null') ?? undefined;
  } catch {
    known = undefined;
  }
  return known;
}

export const useClinic = (): ClinicContact | undefined =>
  useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, knownClinic);
