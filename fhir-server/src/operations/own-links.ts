/**
 * Whose links somebody may see and end: the patient all that lead into their record, whoever made them; everybody else those of their own making. What a young
 * person shared is not for the parent to read.
 */
import { conflict, loginRequired, notFound } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { type KeptAccess, keptAccess } from '../access/standing.ts';
import type { FhirRequest, Services } from '../interactions/request.ts';
import type { Link, LinkKind } from '../links/secret-links.ts';

/** What every link keeps: who made it, and what it rests on. */
export interface Ground {
  readonly by: string;
  readonly kept: KeptAccess;
}

/** `types`: what it is about, of which the rights are asked again at each use. */
export const groundOf = (access: AccessContext, ...types: readonly string[]): Ground => ({
  by: makerOf(access),
  kept: keptAccess(access, types),
});

/**
 * What is made rests from its first moment on what stands. Throws 401 otherwise: what was asked of the token some seconds ago was of a sign-in that has ended meanwhile,
 * or of a number of endings that is over; an app that is still let in fetches a new token.
 */
export async function requireStanding({ stands }: Pick<Services, 'stands'>, { kept }: Ground): Promise<void> {
  if (!(await stands({ ...kept, duringSignIn: true })))
    throw loginRequired('The access token is not valid here, or no longer.', 'invalid_token');
}

/** Whether it may still open something. What can't be said now is shown as it was. */
export async function isStanding(
  { stands }: Pick<Services, 'stands'>,
  { kept }: { readonly kept?: KeptAccess },
): Promise<boolean> {
  return kept !== undefined && (await stands(kept).catch(() => true));
}

/** `Patient/…`, `RelatedPerson/…`, `Practitioner/…`; without a person, the account or the client. */
const makerOf = ({ fhirUser, subject }: AccessContext): string =>
  fhirUser ? `${fhirUser.type}/${fhirUser.id}` : subject;

export const isOwn = ({ data }: Link, access: AccessContext): boolean => data.by === makerOf(access);

export async function linksOf(
  { links }: Services,
  { access, id }: FhirRequest,
  kind: LinkKind,
): Promise<Link[]> {
  const all = await links.of(kind, id);
  const isThemself = access.fhirUser?.type === 'Patient' && access.fhirUser.id === id;
  return isThemself ? all : all.filter((link) => isOwn(link, access));
}

/** Throws 404 for a link that is not theirs to see. Answers with what it was. */
export async function endLink(
  services: Services,
  request: FhirRequest,
  kind: LinkKind,
  id: string,
): Promise<Link> {
  const known = (await linksOf(services, request, kind)).find((link) => link.id === id);
  if (!known) throw notFound('Link', id.slice(0, 64));
  await services.links.end(kind, request.id, id);
  return known;
}

/**
 * Of links of which there is to be one, the newest stays: each looks once it is there itself, so that of those made at one moment, here or at another server, all find
 * the same one, and the last to look finds all others. Answers with what ended. Throws 409 to the maker of one that ended: its address opens nothing, and is not given out.
 */
export async function keepNewest(
  { links }: Pick<Services, 'links'>,
  kind: LinkKind,
  { id, patient }: Pick<Link, 'id' | 'patient'>,
  isSame: (link: Link) => boolean,
): Promise<string[]> {
  const [newest, ...others] = (await links.of(kind, patient)).filter(isSame);
  for (const link of others) await links.end(kind, patient, link.id);
  if (newest && newest.id !== id)
    throw conflict('Another one was made at this moment, and is the one that opens.');
  return others.map((link) => link.id);
}

/** Who made it, as parts of an answer. */
export async function makerParts(
  { repository }: Services,
  { data }: Link,
  access: AccessContext,
): Promise<readonly object[]> {
  const by = String(data.by);
  const isPerson = by.includes('/');
  const display = isPerson ? await repository.nameOf(by) : by;
  const who = { ...(isPerson ? { reference: by } : {}), ...(display === undefined ? {} : { display }) };
  return [
    { name: 'by', valueReference: who },
    { name: 'own', valueBoolean: data.by === makerOf(access) },
  ];
}
