/** What an administrator looks after: people and their roles, hours and slots, notices, apps, accounts, the audit log, and what passes to other systems. */
import { useQuery } from '@tanstack/react-query';
import { type ComponentType, useMemo } from 'react';
import { NavLink, Route, Routes, useLocation } from 'react-router';
import { type Text, t } from '../../../i18n/text.ts';
import { useThingTexts } from '../../../i18n/use-further-texts.ts';
import { isAdministrator, ownRolesQuery } from '../../../record/staff/queries.ts';
import { isWithin, type Reach, reachQuery } from '../../../record/staff/reach.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { NotFoundPage } from '../../../ui/NotFoundPage.tsx';
import { EmptyState, Loaded, PageHead, Skeleton } from '../../../ui/parts.tsx';
import styles from '../../../ui/tabs.module.css';
import { useInSight } from '../../../ui/use-in-sight.ts';
import { AccountsPart } from './AccountsPart.tsx';
import { AppsPart } from './AppsPart.tsx';
import { ExchangePart } from './ExchangePart.tsx';
import { HoursPart } from './HoursPart.tsx';
import { LogPart } from './LogPart.tsx';
import { NoticesPart } from './NoticesPart.tsx';
import { PeoplePart } from './PeoplePart.tsx';

const BASE = '/administration';
const PARTS: readonly (readonly [path: string, label: Text, Part: ComponentType, needs?: keyof Reach])[] = [
  ['', 'People and roles', PeoplePart],
  ['hours', 'Hours and slots', HoursPart],
  ['notices', 'Notices', NoticesPart],
  ['apps', 'Connected apps', AppsPart],
  ['accounts', 'Accounts', AccountsPart],
  ['log', 'Audit log', LogPart],
  ['exchange', 'Data exchange', ExchangePart, 'exchange'],
];

export function AdministrationPage() {
  const roles = useQuery(ownRolesQuery(useSignedIn().fhir));
  return (
    <>
      <PageHead title={t('Administration')} />
      <Loaded query={roles} rows={6}>
        {(own) =>
          own.some(isAdministrator) ? (
            <Parts />
          ) : (
            <EmptyState>{t('Only those who administer the clinic’s record see this.')}</EmptyState>
          )
        }
      </Loaded>
    </>
  );
}

function Parts() {
  const reach = useQuery(reachQuery(useSignedIn().fhir)).data;
  const parts = useMemo(() => PARTS.filter(([, , , needs]) => isWithin(reach, needs)), [reach]);
  const line = useInSight(useLocation().pathname, parts);
  const isReady = useThingTexts();
  return (
    <>
      <nav className={styles.parts} ref={line} aria-label={t('Administration')}>
        {parts.map(([path, label]) => (
          <NavLink key={path} to={path === '' ? BASE : `${BASE}/${path}`} end={path === ''}>
            {t(label)}
          </NavLink>
        ))}
      </nav>
      {isReady ? (
        <Routes>
          {parts.map(([path, , Part]) => (
            <Route key={path} path={path} element={<Part />} />
          ))}
          <Route path="*" element={<NotFoundPage />} />
        </Routes>
      ) : (
        <Skeleton rows={6} />
      )}
    </>
  );
}
