/** Whose links somebody may see and end: the patient all of their record's, a proxy those of their own making. What a young person shared is not for the parent to read. */
import { notFound } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { requireWriteScope } from '../access/check-write.ts';
import type { FhirRequest, Services } from '../interactions/request.ts';
import type { Link, LinkKind } from '../links/secret-links.ts';

/** `Patient/…` or `RelatedPerson/…`: who made it. */
export const makerOf = ({ fhirUser, patient }: AccessContext): string =>
  fhirUser ? `${fhirUser.type}/${fhirUser.id}` : `Patient/${patient}`;

/** The patient of the request, where this write is theirs to make. */
export function patientOf({ access, id }: FhirRequest, interaction: 'c' | 'u', type: string): string {
  const owner = requireWriteScope(access, interaction, type);
  if (owner !== 'unrestricted' && owner !== id) throw notFound('Patient', id);
  return id;
}

export async function linksOf(
  { links }: Services,
  { access }: FhirRequest,
  kind: LinkKind,
  patient: string,
): Promise<Link[]> {
  const all = await links.of(kind, patient);
  const isProxy = access.fhirUser?.type === 'RelatedPerson';
  return isProxy ? all.filter(({ data }) => data.by === makerOf(access)) : all;
}
