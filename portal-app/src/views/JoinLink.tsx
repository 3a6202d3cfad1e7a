/** Opens the clinic's meeting in a tab of its own, which is told nothing of this page. */
import { t } from '../i18n/text.ts';

export function JoinLink({ meeting, about }: { readonly meeting: URL; readonly about: string }) {
  return (
    <a
      className="button"
      href={meeting.href}
      target="_blank"
      rel="noopener noreferrer"
      referrerPolicy="no-referrer"
    >
      {t('Join the video visit')}
      <span className="visually-hidden">: {about}</span>
    </a>
  );
}
