/** `Group/$bulk-member-match` takes the order; jobs/member-match does the work. Its state, its manifest, its file and its end are those of an export. */
import { forbidden, throttled } from '@wellspring/profiles';
import { requireWriteScope } from '../../access/check-write.ts';
import { isSystem, readCondition } from '../../access/read-condition.ts';
import type { FhirRequest, Reply, Services } from '../../interactions/request.ts';
import { queryText } from '../../search/query-text.ts';
import { grantedOf } from '../bulk/exported-types.ts';
import { wholeAccess } from '../bulk/import-order.ts';
import { MEMBER_MATCH, MEMBERS, type MemberMatchData } from './order.ts';
import { submittedMembers } from './submitted-members.ts';

const BUSY_SECONDS = 60;
const LOOKED_AT = ['Patient', 'Coverage', 'Consent'] as const;

/** 202; the state is at Content-Location. Errors: 400, 403, 422, 429. */
export async function bulkMemberMatch(services: Services, request: FhirRequest): Promise<Reply> {
  const { access, headers } = request;
  requireMatcher(request);
  const members = submittedMembers(request);
  const { clientId } = access;
  if ((await services.jobs.openOf(MEMBER_MATCH, clientId)) >= services.bulk.jobsOfOne)
    throw throttled(BUSY_SECONDS);
  const granted = grantedOf(access, 'Group');
  if (!granted) throw forbidden('$bulk-member-match answers with a Group, which the token must read.');
  const { baseUrl } = services.repository;
  const separateStatus = /separate-export-status/.test(headers.prefer ?? '');
  const data: MemberMatchData = {
    order: {
      level: 'group',
      request: `${baseUrl}/Group/$bulk-member-match`,
      types: [{ type: 'Group', granted: queryText(granted), where: queryText(granted) }],
      elements: [],
      allowsPartial: false,
      separateStatus,
      provenance: 'all',
      listed: false,
      memberFilters: [],
      notices: [],
    },
    access: wholeAccess(access),
    time: services.now(),
    at: 0,
    resources: 0,
    files: [],
  };
  const id = await services.jobs.begin({
    kind: MEMBER_MATCH,
    grounds: data.access,
    data,
    parts: { [MEMBERS]: JSON.stringify(members) },
  });
  const applied = separateStatus ? 'respond-async, separate-export-status' : 'respond-async';
  return {
    status: 202,
    headers: { 'Content-Location': `${baseUrl}/$export/${id}`, 'Preference-Applied': applied },
    body: undefined,
  };
}

/** Who somebody is to this server is for whoever may read everybody. Throws 403. */
function requireMatcher({ access }: FhirRequest): void {
  if (!isSystem(access)) throw forbidden('$bulk-member-match needs system/ scopes.');
  const closed = LOOKED_AT.find((type) => readCondition(access, type, 's')?.kind !== 'all');
  if (closed) throw forbidden(`$bulk-member-match needs system/${closed}.s, without a bound.`);
  requireWriteScope(access, 'c', 'Group');
}
