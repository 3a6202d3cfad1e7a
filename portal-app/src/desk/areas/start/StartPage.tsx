/** The desk's first page: who is signed in, and what for. */
import { useQuery } from '@tanstack/react-query';
import { greeting } from '../../../format/date.ts';
import { nameText } from '../../../format/words.ts';
import { t } from '../../../i18n/text.ts';
import { ownRolesQuery, roleText, selfQuery } from '../../../record/staff/queries.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { Card, EmptyState, Loaded, PageHead } from '../../../ui/parts.tsx';

export function StartPage() {
  const { fhir } = useSignedIn();
  const self = useQuery(selfQuery(fhir)).data;
  const roles = useQuery(ownRolesQuery(fhir));
  const name = nameText(self?.name?.[0]);
  return (
    <>
      <PageHead title={name ? `${greeting()}, ${name}` : greeting()} />
      <Card title={t('Your work at the clinic')}>
        <Loaded query={roles} rows={1}>
          {(all) =>
            all.length === 0 ? (
              <EmptyState>
                {t('No role is on record for you, so no patient can be opened. Please ask an administrator.')}
              </EmptyState>
            ) : (
              <ul>
                {all.map((role) => (
                  <li key={role.id}>{roleText(role)}</li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </Card>
    </>
  );
}
