/** In place of what the role of whoever is signed in reads nothing of: each part of it would say so. */
import { t } from '../i18n/text.ts';
import { EmptyState } from './parts.tsx';

export const NotForThisRole = () => (
  <EmptyState>{t('Your role does not allow this. If your work needs it, ask an administrator.')}</EmptyState>
);
