/**
 * What a resource says of others that decides who may see it, beside its labels (access/kept.ts): what it is about, and which files it names. No search parameter of R4
 * asks for these, so they are entries of their own.
 */
import type { LinkEntry } from './index-entry.ts';
import { localName } from './own-references.ts';

/** By type: References to what a resource is about. Without that it says nothing, so that it is kept from whom that is kept from. */
const ABOUT: Readonly<Record<string, readonly string[]>> = {
  AppointmentResponse: ['appointment'],
  Binary: ['securityContext'],
  Communication: ['about'],
  CommunicationRequest: ['about'],
  Provenance: ['target', 'entity.what'],
  Task: ['focus'],
};

/** Types whose resources may be about another. */
export const ABOUT_OTHERS: ReadonlySet<string> = new Set(Object.keys(ABOUT));

/** Types that hold a Binary by a Reference, as a document holds its parts, and the element by which messages do; everywhere else a file is an Attachment. */
const HOLDS_BY_REFERENCE: ReadonlySet<string> = new Set(['Composition', 'DocumentManifest']);
const CONTENT_REFERENCE = 'contentReference';

/** An address of a Binary, relative or not: whatever name this server was known by when it was written, the file is meant. A stranger's with the same id is kept with it. */
const BINARY =
  /^(?:\S*\/)?Binary\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?\/?(?:[?#]\S*)?$/;
const LONGEST = 2000;

/** Each once. */
export function linksOf(resource: { readonly resourceType: string }): LinkEntry[] {
  const { resourceType: type } = resource;
  const about = new Set((ABOUT[type] ?? []).flatMap((path) => namesAt(resource, path.split('.'))));
  const files = new Set<string>();
  // What is said of a file is no part of it, and a file names none.
  if (type !== 'Provenance' && type !== 'Binary') collectFiles(resource, HOLDS_BY_REFERENCE.has(type), files);
  return [
    ...[...about].map((target): LinkEntry => ({ by: 'about', target })),
    ...[...files].map((target): LinkEntry => ({ by: 'file', target })),
  ];
}

/** A Patient is the record itself. */
function namesAt(value: unknown, path: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => namesAt(item, path));
  if (typeof value !== 'object' || value === null) return [];
  const [head, ...rest] = path;
  if (head !== undefined) return namesAt((value as Record<string, unknown>)[head], rest);
  const { reference } = value as { reference?: unknown };
  const name = typeof reference === 'string' ? localName(reference) : undefined;
  return name === undefined || name.startsWith('Patient/') ? [] : [name];
}

function collectFiles(value: object, byReference: boolean, files: Set<string>): void {
  for (const key of Object.keys(value)) {
    const child: unknown = (value as Record<string, unknown>)[key];
    if (typeof child === 'object' && child !== null)
      collectFiles(child, byReference || key === CONTENT_REFERENCE, files);
    else if (typeof child === 'string' && child.length <= LONGEST && (key !== 'reference' || byReference)) {
      const id = child.includes('Binary/') ? BINARY.exec(child)?.[1] : undefined;
      if (id !== undefined) files.add(`Binary/${id}`);
    }
  }
}
