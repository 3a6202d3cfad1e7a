/** One patient: the banner above all, and the parts of the record below it, each at its own address. */
import { useQuery } from '@tanstack/react-query';
import { type ComponentType, useEffect, useMemo } from 'react';
import { Navigate, NavLink, Route, Routes, useLocation, useNavigate, useParams } from 'react-router';
import { type Text, t } from '../../../i18n/text.ts';
import { bannerQuery } from '../../../record/patient/banner.ts';
import { isYoung } from '../../../record/patient/young.ts';
import { noteOpened } from '../../../record/patients/find.ts';
import { isWithin, type Reach, reachQuery } from '../../../record/staff/reach.ts';
import { FhirFailure } from '../../../smart/fhir.ts';
import { RecordProvider, usePortal } from '../../../smart/SessionProvider.tsx';
import { useLiveRecord } from '../../../smart/use-live.ts';
import { useCommands } from '../../../ui/commands.ts';
import { NotForThisRole } from '../../../ui/NotForThisRole.tsx';
import { NotFoundPage } from '../../../ui/NotFoundPage.tsx';
import { Loaded, PageHead } from '../../../ui/parts.tsx';
import styles from '../../../ui/tabs.module.css';
import { useInSight } from '../../../ui/use-in-sight.ts';
import { PatientBanner } from '../../../views/PatientBanner.tsx';
import { BillsPart } from './BillsPart.tsx';
import { CarePart } from './CarePart.tsx';
import { ClosedRecord } from './ClosedRecord.tsx';
import { ContactPart } from './ContactPart.tsx';
import { EmergencyNotice } from './EmergencyNotice.tsx';
import { GrowthPart } from './GrowthPart.tsx';
import { HappeningPart } from './HappeningPart.tsx';
import { MessagesPart } from './MessagesPart.tsx';
import { NotesPart } from './NotesPart.tsx';
import { OverviewPart } from './OverviewPart.tsx';
import { RecordPart } from './RecordPart.tsx';
import { ResultPart } from './ResultPart.tsx';
import { ResultsPart } from './ResultsPart.tsx';
import { TimelinePart } from './TimelinePart.tsx';
import { VisitsPart } from './VisitsPart.tsx';

const PARTS: readonly (readonly [path: string, label: Text, Part: ComponentType, needs?: keyof Reach])[] = [
  ['', 'Overview', OverviewPart, 'clinical'],
  ['results', 'Results', ResultsPart, 'clinical'],
  ['care-plan', 'Care plan', CarePart, 'clinical'],
  ['timeline', 'Timeline', TimelinePart, 'clinical'],
  ['record', 'More on record', RecordPart, 'clinical'],
  ['notes', 'Notes', NotesPart, 'clinical'],
  ['messages', 'Messages', MessagesPart, 'messages'],
  ['visits', 'Visits', VisitsPart, 'visits'],
  ['contact', 'Contact and insurance', ContactPart],
  ['bills', 'Bills', BillsPart, 'bills'],
];

type Part = (typeof PARTS)[number];
/** Of a child, and of who was one lately. */
const GROWTH: Part = ['growth', 'Growth', GrowthPart, 'clinical'];

const WITH_GROWTH: readonly Part[] = [...PARTS, GROWTH];

export function PatientPage() {
  const { id = '' } = useParams();
  return (
    <RecordProvider patient={id} key={id}>
      <Opened />
    </RecordProvider>
  );
}

function Opened() {
  const { fhir } = usePortal();
  useLiveRecord();
  const query = useQuery(bannerQuery(fhir));
  if (query.error instanceof FhirFailure && [403, 404, 410].includes(query.error.status))
    return <ClosedRecord />;
  return (
    <Loaded query={query} rows={3}>
      {(banner) => (
        <>
          <PatientBanner title={(name) => <PageHead title={name} />} />
          {banner.emergency && <EmergencyNotice consent={banner.emergency} />}
          <Parts parts={isYoung(banner.patient.birthDate) ? WITH_GROWTH : PARTS} />
        </>
      )}
    </Loaded>
  );
}

/** Those that whoever is signed in may read; the others say by their address that they are not theirs. */
function Parts({ parts: all }: { readonly parts: readonly Part[] }) {
  const { fhir } = usePortal();
  const base = `/patients/${fhir.patient}`;
  useEffect(() => noteOpened(fhir.patient), [fhir.patient]);
  const { data: reach, isPending } = useQuery(reachQuery(fhir));
  const parts = useMemo(() => all.filter(([, , , needs]) => isWithin(reach, needs)), [all, reach]);
  const line = useInSight(useLocation().pathname, isPending ? [] : parts);
  usePartCommands(base, parts);
  if (isPending) return null;
  const [[first] = ['']] = parts;
  return (
    <>
      <nav className={styles.parts} ref={line} aria-label={t('Parts of the record')}>
        {parts.map(([path, label]) => (
          <NavLink key={path} to={path === '' ? base : `${base}/${path}`} end={path === ''}>
            {t(label)}
          </NavLink>
        ))}
      </nav>
      <Routes>
        {first !== '' && <Route path="" element={<Navigate to={`${base}/${first}`} replace />} />}
        {parts.map(([path, , Part]) => (
          <Route key={path} path={path} element={<Part />} />
        ))}
        {all
          .filter((part) => part[0] !== '' && !parts.includes(part))
          .map(([path]) => (
            <Route key={path} path={path} element={<NotForThisRole />} />
          ))}
        <Route path="results/:result" element={<ResultPart />} />
        <Route path="timeline/:kind/:happening" element={<HappeningPart />} />
        <Route path="*" element={<NotFoundPage />} />
      </Routes>
    </>
  );
}

function usePartCommands(base: string, parts: readonly Part[]): void {
  const navigate = useNavigate();
  useCommands(
    useMemo(
      () =>
        parts.map(([path, label]) => ({
          id: `part ${path}`,
          label: t('Show {part}', { part: t(label) }),
          about: t('of this patient'),
          run: () => void navigate(path === '' ? base : `${base}/${path}`),
        })),
      [navigate, base, parts],
    ),
  );
}
