/** On a phone: the pages that the bottom bar has no room for. */
import { usePortal } from '../../smart/SessionProvider.tsx';
import { LinkRows } from '../../ui/LinkRows.tsx';
import { PageHead } from '../../ui/parts.tsx';

const PAGES = [
  ['/medications', 'Medicines', 'What you take now, and before'],
  ['/records', 'Records', 'Health problems, allergies, vaccinations, procedures'],
  ['/learn', 'Learn', 'Articles, a blood pressure log, calculators'],
  ['/summary', 'Health summary', 'One page for another doctor, on screen or on paper'],
  ['/questionnaires', 'Questionnaires', 'How you have been lately, and before a visit'],
  ['/access', 'Who looked at my record', 'The log that the clinic’s server keeps'],
  ['/profile', 'Profile', 'Your contact details as the clinic has them'],
] as const;

export function MorePage() {
  const { session } = usePortal();
  return (
    <>
      <PageHead title="More" />
      <LinkRows places={PAGES} />
      <p>
        <button type="button" className="button secondary" onClick={() => session.signOut()}>
          Sign out
        </button>
      </p>
    </>
  );
}
