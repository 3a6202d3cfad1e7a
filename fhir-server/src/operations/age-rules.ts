/**
 * `Patient/[id]/$age-rules` and `RelatedPerson/[id]/$age-rules`: what the clinic's age policy changes for those who act for a child, and when. Each `change` has `on` (date),
 * `from` (years), `label` (Coding) and `type` (code) of what is withheld from that day on, or `ended` = true; past ones too. Of a Patient also `ownAccount` (boolean) and
 * `ownAccountFrom` (date): whether, and from when, they may have an account of their own. Of a RelatedPerson `ended` (boolean): their access is over, and no Consent renews
 * it. For whoever may read that resource.
 */
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import type { AgeChange } from '../repository/whose/ages.ts';
import { inputOf, parametersReply } from './parameters.ts';

export async function ageRules(services: Services, request: FhirRequest): Promise<Reply> {
  inputOf(request, {});
  const { access, type, id } = request;
  await services.repository.read(access, type, id);
  if (type === 'RelatedPerson') {
    const { isOver, changes } = await services.ages.ofPerson(id);
    return parametersReply({ name: 'ended', valueBoolean: isOver }, ...changes.map(asParameter));
  }
  const { ownAccountFrom, mayHaveAccount, changes } = await services.ages.ofPatient(id);
  return parametersReply(
    { name: 'ownAccount', valueBoolean: mayHaveAccount },
    ...(ownAccountFrom === undefined ? [] : [{ name: 'ownAccountFrom', valueDate: ownAccountFrom }]),
    ...changes.map(asParameter),
  );
}

function asParameter({ on, from, withheldLabels, withheldTypes, ended }: AgeChange) {
  return {
    name: 'change',
    part: [
      { name: 'on', valueDate: on },
      { name: 'from', valueUnsignedInt: from },
      ...withheldLabels.map((label) => ({ name: 'label', valueCoding: label })),
      ...withheldTypes.map((type) => ({ name: 'type', valueCode: type })),
      ...(ended ? [{ name: 'ended', valueBoolean: true }] : []),
    ],
  };
}
