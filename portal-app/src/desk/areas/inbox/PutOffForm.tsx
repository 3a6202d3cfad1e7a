/** Until which day, and for whom: of one item, or of several that are chosen. */
import type { ReactNode } from 'react';
import { today } from '../../../format/clinic-clock.ts';
import { formatDate, formatWeekday } from '../../../format/date.ts';
import { requireRight } from '../../../format/field-problem.ts';
import { t } from '../../../i18n/text.ts';
import { daysOffered, type ForWhom } from '../../../record/work/put-off.ts';
import { Select, SendForm, TextField } from '../../../ui/form.tsx';
import { RadioList } from '../../../ui/RadioList.tsx';

export interface Wish {
  /** One of those offered, or ''. */
  readonly offered: string;
  readonly other: string;
  readonly forWhom: ForWhom;
}

/** YYYY-MM-DD; '' = none yet. */
export const dayOf = ({ offered, other }: Wish): string => offered || other;

/** The id of what takes the focus. */
export const firstDayId = (id: string): string => `later-${id}-0`;

export const wishFor = (forWhom: ForWhom): Wish => ({ offered: daysOffered()[0] ?? '', other: '', forWhom });

/** Throws FieldProblem. */
export function requireDay(id: string, wish: Wish): void {
  requireRight(
    wish.offered ? `later-${id}` : `later-${id}-day`,
    dayOf(wish) <= today() && 'Please choose a day that is to come.',
  );
}

export function PutOffForm({
  id,
  wish,
  onChange,
  options,
  children,
  ...form
}: {
  readonly id: string;
  readonly wish: Wish;
  readonly onChange: (wish: Wish) => void;
  readonly options: readonly (readonly [ForWhom, string])[];
  readonly state: { readonly isPending: boolean; readonly error: Error | null };
  readonly onSend: () => void;
  readonly onCancel: () => void;
  readonly children?: ReactNode;
}) {
  const day = dayOf(wish);
  // A day that was chosen on an earlier one stands by its name.
  const days = [...new Set([...daysOffered(), wish.offered])].filter(Boolean);
  return (
    <SendForm
      label={day ? t('Put it off until {date}', { date: formatDate(day) }) : t('Put it off')}
      {...form}
    >
      <RadioList
        id={`later-${id}`}
        legend={t('Until when?')}
        options={[
          ...days.map(
            (each, i) =>
              [
                each,
                i === 0 ? t('Tomorrow, {day}', { day: formatWeekday(each) }) : formatWeekday(each),
              ] as const,
          ),
          ['', t('Another day')] as const,
        ]}
        value={wish.offered}
        onChange={(offered) => onChange({ ...wish, offered })}
      />
      {wish.offered === '' && (
        <TextField
          id={`later-${id}-day`}
          type="date"
          label={t('Which day?')}
          value={wish.other}
          onChange={(other) => onChange({ ...wish, other })}
          required
        />
      )}
      <Select
        id={`later-${id}-whom`}
        label={t('For whom?')}
        value={wish.forWhom}
        onChange={(forWhom) => onChange({ ...wish, forWhom: forWhom as ForWhom })}
        options={options}
      />
      {children}
    </SendForm>
  );
}
