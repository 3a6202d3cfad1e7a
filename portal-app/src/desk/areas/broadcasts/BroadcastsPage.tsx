/** Something to many patients at once: to whom, what, looked at before it goes; and what was sent, with its counts, to be stopped while it goes. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../../i18n/text.ts';
import { groupsQuery } from '../../../record/broadcasts/broadcast.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { Card, Loaded, PageHead } from '../../../ui/parts.tsx';
import { Compose } from './Compose.tsx';
import { SentList } from './SentList.tsx';

export function BroadcastsPage() {
  const { fhir } = useSignedIn();
  const groups = useQuery(groupsQuery(fhir));
  const [isWriting, setWriting] = useState(false);
  return (
    <>
      <PageHead title={t('Outreach')}>
        {groups.data && !isWriting && (
          <button type="button" className="button" onClick={() => setWriting(true)}>
            {t('Write to many patients')}
          </button>
        )}
      </PageHead>
      <Loaded query={groups} rows={4}>
        {(known) => (
          <>
            {isWriting && (
              <Card title={t('Write to many patients')}>
                <Compose groups={known} onDone={() => setWriting(false)} />
              </Card>
            )}
            <Card title={t('What was sent')}>
              <SentList />
            </Card>
          </>
        )}
      </Loaded>
    </>
  );
}
