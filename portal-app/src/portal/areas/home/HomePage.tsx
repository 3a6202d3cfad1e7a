/** At a glance: the next visit, new results, messages, medicines; each one click from its page. */
import type {
  Appointment,
  Communication,
  MedicationDispense,
  MedicationRequest,
  Observation,
  Patient,
  Resource,
  Task,
} from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense } from 'react';
import { Link } from 'react-router';
import { isNew } from '../../../device/seen.ts';
import { place, reason, withWhom } from '../../../format/appointment.ts';
import { formatDate, formatDateTime, formatDistance, greeting, newestFirst } from '../../../format/date.ts';
import { flagOf, isOutside } from '../../../format/flag.ts';
import { isMessage, senderName, textOf } from '../../../format/message.ts';
import { dateOf, isPanel } from '../../../format/observation.ts';
import { valueText } from '../../../format/value.ts';
import { dosageText, medicineName, testName } from '../../../format/words.ts';
import { plural, t } from '../../../i18n/text.ts';
import { type Glance, glanceQuery } from '../../../record/glance/queries.ts';
import { cameAt, taskPlace } from '../../../record/inbox/news.ts';
import { answerOf, refillOf, refillWords } from '../../../record/medicines/refills.ts';
import { runsOutSoon, type Supply, supplyOf } from '../../../record/medicines/supply.ts';
import { isUnread } from '../../../record/messages/unread.ts';
import { wantsConfirming } from '../../../record/patient/unconfirmed.ts';
import { useWhose } from '../../../record/patient/whose.ts';
import { locationOf } from '../../../record/visits/directions.ts';
import { isEarlierWish, isOffer } from '../../../record/visits/offer.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Each } from '../../../ui/Each.tsx';
import { Card, EmptyState, FlagPill, Loaded, PageHead, PartFailed, Pill } from '../../../ui/parts.tsx';
import rows from '../../../ui/rows.module.css';
import { StatusPill } from '../../../views/StatusPill.tsx';
import styles from './home.module.css';

/** What can be done about a visit is not what the page is waited for. */
const VisitActions = lazy(async () => ({
  default: (await import('../../../views/VisitActions.tsx')).VisitActions,
}));

export function HomePage() {
  const { fhir } = usePortal();
  const query = useQuery(glanceQuery(fhir));
  // Greeted is who reads, not whom the record is about.
  const { firstName } = useWhose(fhir).reader;
  return (
    <>
      <PageHead title={firstName ? `${greeting()}, ${firstName}` : greeting()} />
      <Loaded query={query} rows={6}>
        {(glance) => <Cards glance={glance} onRetry={() => void query.refetch()} />}
      </Loaded>
    </>
  );
}

function Cards({ glance, onRetry }: { readonly glance: Glance; readonly onRetry: () => void }) {
  const { fhir } = usePortal();
  const part = <T,>(data: T | undefined, show: (data: T) => ReactNode): ReactNode =>
    data === undefined ? <PartFailed onRetry={onRetry} /> : show(data);
  return (
    <div className={styles.grid}>
      {fhir.offers('Appointment') && (
        <Card title={t('Next visit')} action={<Link to="/appointments">{t('All visits')}</Link>}>
          {part(glance.appointments, (list) => (
            <NextVisit appointments={list} included={glance.included} />
          ))}
        </Card>
      )}
      <Card title={t('To do, and under way')}>
        {part(glance.tasks, (list) => (
          <ToDo tasks={list} answered={glance.answered} patient={glance.patient} />
        ))}
      </Card>
      {fhir.offers('Communication') && (
        <div className={styles.wide}>
          <Card title={t('Messages')} action={<Link to="/messages">{t('All messages')}</Link>}>
            {part(glance.messages, (list) => (
              <LastMessages messages={list} />
            ))}
          </Card>
        </div>
      )}
      {fhir.offers('Observation') && (
        <div className={styles.wide}>
          <Card title={t('Latest results')} action={<Link to="/results">{t('All results')}</Link>}>
            {part(glance.results, (list) => (
              <LatestResults results={list} />
            ))}
          </Card>
        </div>
      )}
      {fhir.offers('MedicationRequest') && (
        <div className={styles.wide}>
          <Card title={t('Medicines')} action={<Link to="/medications">{t('All medicines')}</Link>}>
            {part(glance.medications, (list) => (
              <Medicines requests={list} dispenses={glance.dispenses} tasks={glance.tasks ?? []} />
            ))}
          </Card>
        </div>
      )}
    </div>
  );
}

function NextVisit({
  appointments,
  included,
}: {
  readonly appointments: readonly Appointment[];
  readonly included: readonly Resource[];
}) {
  const { fhir } = usePortal();
  const offers = appointments.filter((each) => isOffer(each));
  const [next, ...later] = appointments.filter((each) => !isEarlierWish(each) && !offers.includes(each));
  if (offers.length > 0)
    return (
      <p>
        <strong>{t('A time is kept for you')}</strong>{' '}
        <Link to="/appointments">{t('See it and answer')}</Link>
      </p>
    );
  if (!next)
    return (
      <>
        <EmptyState>{t('No visits are planned.')}</EmptyState>
        {fhir.offers('Appointment', '$book') && (
          <p>
            <Link to="/appointments/book">{t('Book a visit')}</Link>
          </p>
        )}
      </>
    );
  return (
    <>
      <p className={styles.big}>{formatDateTime(next.start)}</p>
      <p>
        {reason(next)}
        {withWhom(next) && ` · ${withWhom(next)}`}
      </p>
      <p className="muted">
        {[place(next), next.start && formatDistance(next.start)].filter(Boolean).join(' · ')}
      </p>
      {later.length > 0 && (
        <p className="muted">
          {plural(later.length, 'One more visit is planned.', '{count} more visits are planned.')}
        </p>
      )}
      <Suspense>
        <VisitActions appointment={next} location={locationOf(next, included)} />
      </Suspense>
    </>
  );
}

function ToDo({
  tasks,
  answered,
  patient,
}: {
  readonly tasks: readonly Task[];
  readonly answered: readonly Task[];
  readonly patient: Patient | undefined;
}) {
  const { fhir } = usePortal();
  const wantsContact = patient !== undefined && fhir.offers('Patient', 'update') && wantsConfirming(patient);
  if (tasks.length === 0 && answered.length === 0 && !wantsContact)
    return <EmptyState>{t('Nothing to do. What the clinic asks of you is shown here.')}</EmptyState>;
  return (
    <ul className={styles.messages}>
      {wantsContact && (
        <li>
          <p>
            <strong>
              <Link to="/profile">{t('Are your phone, e-mail and address still right?')}</Link>
            </strong>{' '}
            <Pill kind="warn">{t('For you to do')}</Pill>
          </p>
        </li>
      )}
      <Each of={answered.slice(0, 3)}>
        {(task) => (
          <TaskItem
            key={task.id}
            task={task}
            state={
              <Pill kind={task.status === 'completed' ? 'ok' : 'plain'}>
                {t(task.status === 'completed' ? 'Done' : 'Declined')}
              </Pill>
            }
          >
            <p>{answerOf(task)}</p>
          </TaskItem>
        )}
      </Each>
      <Each of={tasks.slice(0, 5)}>
        {(task) => (
          <TaskItem
            key={task.id}
            task={task}
            state={
              <Pill kind={task.status === 'ready' ? 'warn' : 'info'}>
                {t(task.status === 'ready' ? 'For you to do' : 'Waits for the clinic')}
              </Pill>
            }
          />
        )}
      </Each>
    </ul>
  );
}

/** What the patient is asked to fill in is one click away. */
function TaskItem({
  task,
  state,
  children,
}: {
  readonly task: Task;
  readonly state: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <li>
      <p>
        <strong>
          <TaskLink task={task} />
        </strong>{' '}
        {state}
      </p>
      {children}
      <p className="muted">
        {[task.focus?.display, formatDistance(task.lastModified ?? task.authoredOn ?? '')]
          .filter(Boolean)
          .join(' · ')}
      </p>
    </li>
  );
}

function TaskLink({ task }: { readonly task: Task }) {
  const words = task.description ?? t('Request');
  const place = taskPlace(task);
  return place ? <Link to={place}>{words}</Link> : words;
}

function LastMessages({ messages: all }: { readonly messages: readonly Communication[] }) {
  const { fhir } = usePortal();
  const messages = all.filter(isMessage);
  if (messages.length === 0) return <EmptyState>{t('No messages.')}</EmptyState>;
  const fresh = messages.filter(isUnread);
  const unread = fresh.length;
  // One's own last words are no news.
  const shown = unread > 0 ? fresh.slice(0, 3) : messages.slice(0, 2);
  return (
    <ul className={styles.messages}>
      {unread > 0 && (
        <li>
          <Pill kind="info">{plural(unread, '1 new message', '{count} new messages')}</Pill>
        </li>
      )}
      <Each of={shown}>
        {(message) => (
          <li key={message.id}>
            <p>
              <strong>{senderName(message, fhir.self)}</strong>{' '}
              <span className="muted">{formatDistance(message.sent ?? '')}</span>
            </p>
            <p className={styles.excerpt}>{textOf(message)}</p>
          </li>
        )}
      </Each>
    </ul>
  );
}

function LatestResults({ results }: { readonly results: readonly Observation[] }) {
  const shown = results
    .filter((each) => !isPanel(each))
    .toSorted(byWeight)
    .slice(0, 5);
  if (shown.length === 0)
    return <EmptyState>{t('No results yet. When one arrives it is shown here.')}</EmptyState>;
  return (
    <ul className={styles.plain}>
      <Each of={shown}>
        {(result) => (
          <li key={result.id}>
            <Link className={rows.row} to={`/results/${result.id}`}>
              <span className={rows.name}>
                <strong>{testName(result.code)}</strong>
                <span className="muted">
                  {formatDate(dateOf(result))} {isNew(result.id, cameAt(result)) && <Pill>{t('New')}</Pill>}
                </span>
              </span>
              <span className={rows.value}>
                <span className="number">{valueText(result)}</span>
                <FlagPill flag={flagOf(result)} />
                <StatusPill status={result.status} />
              </span>
            </Link>
          </li>
        )}
      </Each>
    </ul>
  );
}

/** What was not seen yet is before what was; what is out of range, and not of years ago, before what is not; then the newest first. */
function byWeight(a: Observation, b: Observation): number {
  const weight = (each: Observation): number =>
    2 * Number(isNew(each.id, cameAt(each))) +
    Number(isOutside(flagOf(each)) && Date.now() - cameAt(each) < LATELY_MS);
  return weight(b) - weight(a) || newestFirst(dateOf(a), dateOf(b));
}

const LATELY_MS = 365 * 86_400_000;

/** What runs out first stands first. */
function byUrgency(
  requests: readonly MedicationRequest[],
  dispenses: readonly MedicationDispense[],
): (readonly [MedicationRequest, Supply])[] {
  return requests
    .map((request) => [request, supplyOf(request, dispenses)] as const)
    .toSorted(([, a], [, b]) => (a.runsOut ?? '9999').localeCompare(b.runsOut ?? '9999'));
}

function Medicines({
  requests,
  dispenses,
  tasks,
}: {
  readonly requests: readonly MedicationRequest[];
  readonly dispenses: readonly MedicationDispense[];
  readonly tasks: readonly Task[];
}) {
  if (requests.length === 0) return <EmptyState>{t('No current prescriptions are on record.')}</EmptyState>;
  return (
    <ul className={styles.medicines}>
      {byUrgency(requests, dispenses)
        .slice(0, 6)
        .map(([request, supply]) => (
          <li key={request.id}>
            <strong>{medicineName(request)}</strong>
            <span className="muted">{dosageText(request.dosageInstruction)}</span>
            {runsOutSoon(supply) && <RunsOut request={request} supply={supply} tasks={tasks} />}
          </li>
        ))}
    </ul>
  );
}

/** Asked for already, or one click from it. */
function RunsOut({
  request,
  supply,
  tasks,
}: {
  readonly request: MedicationRequest;
  readonly supply: Supply;
  readonly tasks: readonly Task[];
}) {
  const refill = refillOf(tasks, request);
  return (
    <>
      <Pill kind="warn">{t('Runs out {when}', { when: formatDistance(supply.runsOut ?? '') })}</Pill>
      {refill ? (
        <Pill kind="info">{refillWords(refill)}</Pill>
      ) : (
        <Link to="/medications">
          {t('Ask for a refill')}
          <span className="visually-hidden">: {medicineName(request)}</span>
        </Link>
      )}
    </>
  );
}
