/** At a glance: the next visit, new results, messages, medicines; each one click from its page. */
import type { Appointment, Communication, MedicationRequest, Observation, Task } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { place, reason, withWhom } from '../../format/appointment.ts';
import { formatDate, formatDateTime, formatDistance, greeting } from '../../format/date.ts';
import { flagOf } from '../../format/flag.ts';
import { isFromClinic, textOf } from '../../format/message.ts';
import { dateOf, isPanel } from '../../format/observation.ts';
import { dosageText, firstName, medicineName, testName, valueText } from '../../format/words.ts';
import { usePortal } from '../../smart/SessionProvider.tsx';
import { Card, EmptyState, FlagPill, Loaded, PageHead, Pill } from '../../ui/parts.tsx';
import rows from '../../ui/rows.module.css';
import styles from './home.module.css';
import { type Glance, glanceQuery } from './queries.ts';

export function HomePage() {
  const { fhir } = usePortal();
  const query = useQuery(glanceQuery(fhir));
  const patient = query.data?.patient;
  return (
    <>
      <PageHead title={patient ? `${greeting()}, ${firstName(patient.name?.[0])}` : greeting()} />
      <Loaded query={query} rows={6}>
        {(glance) => <Cards glance={glance} onRetry={() => void query.refetch()} />}
      </Loaded>
    </>
  );
}

function Cards({ glance, onRetry }: { readonly glance: Glance; readonly onRetry: () => void }) {
  const part = <T,>(data: T | undefined, show: (data: T) => ReactNode): ReactNode =>
    data === undefined ? <Broken onRetry={onRetry} /> : show(data);
  return (
    <div className={styles.grid}>
      <Card title="Next visit" action={<Link to="/appointments">All visits</Link>}>
        {part(glance.appointments, (list) => (
          <NextVisit appointments={list} />
        ))}
      </Card>
      {glance.tasks !== undefined && glance.tasks.length > 0 && (
        <div className={styles.wide}>
          <Card title="Under way, and to do">
            <ToDo tasks={glance.tasks} />
          </Card>
        </div>
      )}
      <Card title="Messages" action={<Link to="/messages">All messages</Link>}>
        {part(glance.messages, (list) => (
          <LastMessages messages={list} />
        ))}
      </Card>
      <div className={styles.wide}>
        <Card title="Latest results" action={<Link to="/results">All results</Link>}>
          {part(glance.results, (list) => (
            <LatestResults results={list} />
          ))}
        </Card>
      </div>
      <div className={styles.wide}>
        <Card title="Medicines" action={<Link to="/medications">All medicines</Link>}>
          {part(glance.medications, (list) => (
            <Medicines requests={list} />
          ))}
        </Card>
      </div>
    </div>
  );
}

function Broken({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <p>
      This part could not be read.{' '}
      <button type="button" className="button quiet" onClick={onRetry}>
        Try again
      </button>
    </p>
  );
}

function NextVisit({ appointments }: { readonly appointments: readonly Appointment[] }) {
  const [next, ...later] = appointments;
  if (!next) return <EmptyState>No visits are planned.</EmptyState>;
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
          {later.length === 1 ? 'One more visit is planned.' : `${later.length} more visits are planned.`}
        </p>
      )}
    </>
  );
}

function ToDo({ tasks }: { readonly tasks: readonly Task[] }) {
  return (
    <ul className={styles.messages}>
      {tasks.slice(0, 5).map((task) => (
        <li key={task.id}>
          <p>
            <strong>
              <TaskLink task={task} />
            </strong>{' '}
            <Pill kind={task.status === 'ready' ? 'warn' : 'info'}>
              {task.status === 'ready' ? 'For you to do' : 'Waits for the clinic'}
            </Pill>
          </p>
          <p className="muted">
            {[task.focus?.display, formatDistance(task.lastModified ?? task.authoredOn ?? '')]
              .filter(Boolean)
              .join(' · ')}
          </p>
        </li>
      ))}
    </ul>
  );
}

/** What the patient is asked to fill in is one click away. */
function TaskLink({ task }: { readonly task: Task }) {
  const words = task.description ?? 'Request';
  const questionnaire = /^Questionnaire\/(.+)$/.exec(task.focus?.reference ?? '')?.[1];
  if (questionnaire) return <Link to={`/questionnaires/${questionnaire}?task=${task.id}`}>{words}</Link>;
  return task.focus?.reference?.startsWith('MedicationRequest/') ? (
    <Link to="/medications">{words}</Link>
  ) : (
    words
  );
}

function LastMessages({ messages }: { readonly messages: readonly Communication[] }) {
  if (messages.length === 0) return <EmptyState>No messages.</EmptyState>;
  const unread = messages.filter((each) => isFromClinic(each) && each.received === undefined).length;
  return (
    <ul className={styles.messages}>
      {unread > 0 && (
        <li>
          <Pill kind="info">{unread === 1 ? '1 new message' : `${unread} new messages`}</Pill>
        </li>
      )}
      {messages.slice(0, 2).map((message) => (
        <li key={message.id}>
          <p>
            <strong>{isFromClinic(message) ? (message.sender?.display ?? 'Care team') : 'You'}</strong>{' '}
            <span className="muted">{formatDistance(message.sent ?? '')}</span>
          </p>
          <p className={styles.excerpt}>{textOf(message)}</p>
        </li>
      ))}
    </ul>
  );
}

function LatestResults({ results }: { readonly results: readonly Observation[] }) {
  const shown = results.filter((each) => !isPanel(each)).slice(0, 5);
  if (shown.length === 0) return <EmptyState>No results yet. When one arrives it is shown here.</EmptyState>;
  return (
    <ul className={styles.plain}>
      {shown.map((result) => (
        <li key={result.id}>
          <Link className={rows.row} to={`/results/${result.id}`}>
            <span className={rows.name}>
              <strong>{testName(result.code)}</strong>
              <span className="muted">{formatDate(dateOf(result))}</span>
            </span>
            <span className={rows.value}>
              <span className="number">{valueText(result)}</span>
              <FlagPill flag={flagOf(result)} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Medicines({ requests }: { readonly requests: readonly MedicationRequest[] }) {
  if (requests.length === 0) return <EmptyState>No current prescriptions are on record.</EmptyState>;
  return (
    <ul className={styles.medicines}>
      {requests.slice(0, 6).map((request) => (
        <li key={request.id}>
          <strong>{medicineName(request)}</strong>
          <span className="muted">{dosageText(request.dosageInstruction)}</span>
          {request.dispenseRequest?.numberOfRepeatsAllowed === 0 && <Pill kind="warn">No refills left</Pill>}
        </li>
      ))}
    </ul>
  );
}
