/**
 * `GET [base]/$role-policy`, this server's own: what each role of staff may do (role-policy.json, or what ROLE_POLICY_FILE names), for roles whose policy has `oversight`, so that who
 * gives somebody a role knows what it opens. Each `role` has its `name`, the `code`s (uri, `system|code`; one that ends in `*` is a beginning) of PractitionerRoles that have it, and `grant`s:
 * `scope`s as `$rights` tells them, and by which relations (`patients`, code) a record is theirs; besides `broadcasts`, `emergency` and `oversight`, as there.
 */
import { forbidden } from '@wellspring/profiles';
import type { RoleRules } from '../access/role-policy.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { inputOf, parametersReply } from './parameters.ts';
import { beyondTypes, scopeTexts } from './rights.ts';

export async function rolePolicy(_: Services, request: FhirRequest): Promise<Reply> {
  inputOf(request, {});
  const { staff, trail } = request.access;
  if (!staff?.roles) throw forbidden('What each role may is told to roles that oversee it.');
  // Nothing of anybody is read.
  trail?.accounted();
  return parametersReply(...staff.roles.map(rolePart));
}

const rolePart = (rules: RoleRules): object => ({
  name: 'role',
  part: [
    { name: 'name', valueString: rules.name },
    ...rules.codes.map((valueUri) => ({ name: 'code', valueUri })),
    ...rules.grants.map(({ scopes, patients }) => ({
      name: 'grant',
      part: [
        ...scopeTexts(scopes).map((valueString) => ({ name: 'scope', valueString })),
        ...patients.map((valueCode) => ({ name: 'patients', valueCode })),
      ],
    })),
    ...beyondTypes(rules),
  ],
});
