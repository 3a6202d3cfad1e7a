/** One visit, free time or blocked time in its place. */
import type { CSSProperties } from 'react';
import { reason } from '../../../format/appointment.ts';
import { formatClock } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import type { Item } from '../../../record/schedule/day.ts';
import { patientName } from '../../../record/schedule/words.ts';
import { statusWords } from '../../../record/visits/status.ts';
import styles from './schedule.module.css';
import type { Drag } from './use-drag.ts';

export function GridItem({
  item,
  place,
  isStop,
  isTarget,
  drag,
  onChoose,
  onFocus,
  style,
}: {
  readonly item: Item;
  /** Column and row, for the arrow keys. */
  readonly place: string;
  readonly isStop: boolean;
  /** While something is placed: whether it can be placed here. undefined: nothing is placed. */
  readonly isTarget: boolean | undefined;
  readonly drag: Drag;
  readonly onChoose: (item: Item) => void;
  readonly onFocus: () => void;
  readonly style: CSSProperties;
}) {
  const isDim = isTarget === false;
  const kind = isTarget ? styles.target : KINDS[item.kind];
  return (
    <li className={styles.place} style={style}>
      <button
        type="button"
        className={`${styles.item} ${kind ?? ''} ${isDim ? styles.dim : ''}`}
        tabIndex={isStop ? 0 : -1}
        data-at={place}
        data-slot={item.kind === 'free' ? item.slot.id : undefined}
        aria-disabled={isDim || item.kind === 'taken'}
        onFocus={onFocus}
        onClick={() => !isDim && item.kind !== 'taken' && onChoose(item)}
        {...(item.kind === 'visit' && isTarget === undefined ? drag.handles(item.visit) : {})}
        {...(item.kind === 'free' ? { ref: drag.target(item) } : {})}
      >
        <span className="number">{formatClock(item.from)}</span> <Words item={item} isTarget={isTarget} />
      </button>
    </li>
  );
}

const KINDS: Readonly<Record<Item['kind'], string | undefined>> = {
  visit: styles.visit,
  free: styles.free,
  blocked: styles.blocked,
  taken: styles.taken,
};

function Words({ item, isTarget }: { readonly item: Item; readonly isTarget: boolean | undefined }) {
  if (isTarget) return <>{t('Put it here')}</>;
  if (item.kind === 'free') return <>{t('free')}</>;
  if (item.kind === 'taken') return <>{t('taken')}</>;
  if (item.kind !== 'visit') return <>{item.slot.comment ?? t('blocked')}</>;
  const { visit } = item;
  return (
    <>
      <strong>{patientName(visit)}</strong> <span>{reason(visit)}</span>
      {visit.status !== 'booked' && <span> · {statusWords(visit.status)}</span>}
    </>
  );
}
