/** What a visitor sees who is not signed in. */
import styles from './welcome.module.css';

interface Props {
  readonly clinicName: string;
  readonly working: boolean;
  readonly fault: string | undefined;
  readonly onSignIn: () => void;
}

export function Welcome({ clinicName, working, fault, onSignIn }: Props) {
  return (
    <div className={styles.page}>
      <main className={styles.card} aria-busy={working}>
        <img src="/icon.svg" alt="" width="48" height="48" />
        <h1>{clinicName}</h1>
        <p className={styles.lead}>Your results, appointments, messages and medicines, in one calm place.</p>
        {fault && (
          <p className={styles.fault} role="alert">
            {fault}
          </p>
        )}
        <button type="button" className="button" onClick={onSignIn} disabled={working}>
          {working ? 'One moment…' : 'Sign in'}
        </button>
        <p className="muted">You sign in on the clinic’s own account page.</p>
      </main>
      <footer className={styles.footer}>
        In an emergency call <a href="tel:911">911</a>.
      </footer>
    </div>
  );
}
