/** What a plan of care says of itself. */
import type { CarePlan } from '@medplum/fhirtypes';
import { hasEnded } from '../../format/holds.ts';
import { lookUp } from '../../format/table.ts';
import { conceptText } from '../../format/words.ts';
import { type Text, t } from '../../i18n/text.ts';
import { periodWords } from './timing.ts';

export interface PlanView {
  readonly title: string;
  readonly period: string | undefined;
  readonly kinds: readonly string[];
  /** Where it is not simply going on. */
  readonly state: string | undefined;
  readonly paragraphs: readonly string[];
  /** Names of health problems. */
  readonly addresses: string | undefined;
}

const STATES: Readonly<Record<string, Text>> = {
  'on-hold': 'On hold',
  completed: 'Done',
  revoked: 'Cancelled',
};

/** Every plan of US Core has this category: it tells nothing. */
const ANY_PLAN = 'assess-plan';

export const isOver = ({ status, period }: CarePlan, now = Date.now()): boolean =>
  status === 'completed' || status === 'revoked' || hasEnded(period, now);

export function planView(plan: CarePlan): PlanView {
  const { title, category = [], description, period, status, addresses = [] } = plan;
  const kinds = category
    .filter(({ coding }) => !coding?.some(({ code }) => code === ANY_PLAN))
    .map(conceptText);
  const words = lookUp(STATES, status);
  return {
    title: title ?? kinds[0] ?? t('Care plan'),
    period: periodWords(period),
    kinds: title ? kinds : kinds.slice(1),
    state: words && t(words),
    paragraphs: (description ?? narrativeText(plan)).split(/\n+/).filter((each) => each.trim() !== ''),
    addresses: addresses.flatMap(({ display }) => display ?? []).join(', ') || undefined,
  };
}

/** The words of its narrative, none of its markup: many systems say a plan nowhere else (US Core asks for it). */
function narrativeText({ text, activity = [] }: CarePlan): string {
  if (!text?.div || activity.length > 0 || typeof DOMParser === 'undefined') return '';
  const document = new DOMParser().parseFromString(text.div, 'text/html');
  const blocks = [...document.querySelectorAll('p, li, h1, h2, h3, h4, td, dd')];
  const lines = blocks.length > 0 ? blocks : [document.body];
  return lines.map((each) => each.textContent?.trim() ?? '').join('\n');
}
