/** What an administrator looks after: people and their roles, hours and slots, the audit log, and where the rest is done. */
import type { ComponentType } from 'react';
import { NavLink, Route, Routes } from 'react-router';
import { type Text, t } from '../../../i18n/text.ts';
import { NotFoundPage } from '../../../ui/NotFoundPage.tsx';
import { PageHead } from '../../../ui/parts.tsx';
import styles from '../../../ui/tabs.module.css';
import { HoursPart } from './HoursPart.tsx';
import { LogPart } from './LogPart.tsx';
import { PeoplePart } from './PeoplePart.tsx';
import { SystemPart } from './SystemPart.tsx';

const BASE = '/administration';
const PARTS: readonly (readonly [path: string, label: Text, Part: ComponentType])[] = [
  ['', 'People and roles', PeoplePart],
  ['hours', 'Hours and slots', HoursPart],
  ['log', 'Audit log', LogPart],
  ['system', 'Apps and subscriptions', SystemPart],
];

export function AdministrationPage() {
  return (
    <>
      <PageHead title={t('Administration')} />
      <nav className={styles.parts} aria-label={t('Administration')}>
        {PARTS.map(([path, label]) => (
          <NavLink key={path} to={path === '' ? BASE : `${BASE}/${path}`} end={path === ''}>
            {t(label)}
          </NavLink>
        ))}
      </nav>
      <Routes>
        {PARTS.map(([path, , Part]) => (
          <Route key={path} path={path} element={<Part />} />
        ))}
        <Route path="*" element={<NotFoundPage />} />
      </Routes>
    </>
  );
}
