/**
 * The days beside each other, everything in its place by the hour. One stop of the Tab key: arrow keys go on from there. A visit is dragged onto a free time, or
 * picked up by its dialog and put down by a press (WCAG 2.2, 2.5.7: nothing needs dragging).
 */
import type { Appointment, Slot } from '@medplum/fhirtypes';
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import { dayOf, minuteOfDay } from '../../../format/clinic-clock.ts';
import { locale } from '../../../i18n/language.ts';
import { t } from '../../../i18n/text.ts';
import {
  bookable,
  type Item,
  itemsOf,
  lanesOf,
  minutesOf,
  runFrom,
  spanOf,
  type ToBeHad,
} from '../../../record/schedule/day.ts';
import { dayName } from '../../../record/schedule/words.ts';
import { GridItem } from './GridItem.tsx';
import type { Placing } from './placing.ts';
import styles from './schedule.module.css';
import { useDrag } from './use-drag.ts';

/** A slot of twenty minutes is high enough for a finger. */
const PIXELS_A_MINUTE = 2.3;
const MINUTE_MS = 60_000;

export interface GridActions {
  readonly onChoose: (item: Item) => void;
  readonly onMove: (visit: Appointment) => void;
  readonly onDrop: (item: Item) => void;
}

export function Grid({
  days,
  slots,
  visits,
  toBeHad,
  placing,
  ...actions
}: GridActions & {
  readonly days: readonly number[];
  readonly slots: readonly Slot[];
  readonly visits: readonly Appointment[];
  readonly toBeHad: ToBeHad;
  readonly placing: Placing | undefined;
}) {
  const items = itemsOf(slots, visits, Date.now(), toBeHad);
  const shown = days.filter((day, i) => days.length === 1 || i < 5 || ofDay(items, day).length > 0);
  const { first, last } = spanOf(items);
  const height = (last - first) * PIXELS_A_MINUTE;
  const columns = shown.map((day) => ofDay(items, day));
  const [at, setAt] = useState<readonly [column: number, row: number]>([0, 0]);
  const box = useRef<HTMLDivElement>(null);
  const drag = useDrag(actions);
  const minutes = placing?.kind === 'visit' ? minutesOf(placing.visit) : 0;
  const fits = (item: Item): boolean =>
    item.kind === 'free' && runFrom(bookable(slots, toBeHad), item.slot, minutes) !== undefined;
  const active = nearest(columns, at);
  const focusOn = (place: Place): void =>
    box.current?.querySelector<HTMLElement>(`[data-at="${place.join(' ')}"]`)?.focus();
  const hadFocus = useRef(false);
  useLayoutEffect(() => {
    // What had it is gone: a free time that is a visit now, a visit that was cancelled.
    if (hadFocus.current && active && document.activeElement === document.body) focusOn(active);
    // Looked at, for what a dialog gives back while it is taken off the page no handler hears of.
    hadFocus.current = box.current?.contains(document.activeElement) ?? false;
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = active && stepFrom(columns, active, event.key);
    if (!next) return;
    event.preventDefault();
    setAt(next);
    focusOn(next);
  };
  return (
    <div className={styles.scroll}>
      <p className="visually-hidden" id="schedule-keys">
        {t('Arrow keys go from time to time, Enter opens what is there.')}
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys of the buttons inside, which have the focus. */}
      <div
        ref={box}
        className={styles.grid}
        style={{ gridTemplateColumns: `3.5rem repeat(${shown.length}, minmax(8.5rem, 1fr))` }}
        onKeyDown={onKeyDown}
        onFocus={() => {
          hadFocus.current = true;
        }}
        onBlur={() => {
          hadFocus.current = false;
        }}
      >
        <Hours first={first} last={last} />
        {shown.map((day, column) => (
          <section key={day} className={styles.day} aria-labelledby={`day-${day}`}>
            <h2 id={`day-${day}`} className={day === dayOf(Date.now()) ? styles.today : undefined}>
              {dayName(day)}
            </h2>
            <ol className={styles.column} style={{ height }} aria-describedby="schedule-keys">
              {(columns[column] ?? []).map((item, row) => {
                const { lane, lanes } = lanesOf(columns[column] ?? [])[row] ?? { lane: 0, lanes: 1 };
                return (
                  <GridItem
                    key={`${item.kind} ${item.kind === 'visit' ? item.visit.id : item.slot.id}`}
                    item={item}
                    place={`${column} ${row}`}
                    isStop={active?.[0] === column && active[1] === row}
                    isTarget={placing ? fits(item) : undefined}
                    drag={drag}
                    onChoose={placing ? actions.onDrop : actions.onChoose}
                    onFocus={() => setAt([column, row])}
                    style={{
                      top: (minuteOfDay(item.from) - first) * PIXELS_A_MINUTE,
                      height: Math.max(24, ((item.until - item.from) / MINUTE_MS) * PIXELS_A_MINUTE - 2),
                      left: `${(lane / lanes) * 100}%`,
                      width: `${100 / lanes}%`,
                    }}
                  />
                );
              })}
            </ol>
          </section>
        ))}
      </div>
    </div>
  );
}

const ofDay = (items: readonly Item[], day: number): readonly Item[] =>
  items.filter(({ from }) => dayOf(from) === day);

function Hours({ first, last }: { readonly first: number; readonly last: number }) {
  const hours = Array.from({ length: (last - first) / 60 }, (_, i) => first / 60 + i);
  return (
    <div className={styles.hours} aria-hidden="true">
      {hours.map((hour) => (
        <span key={hour} style={{ top: (hour * 60 - first) * PIXELS_A_MINUTE }}>
          {new Intl.DateTimeFormat(locale(), { hour: 'numeric' }).format(new Date(2024, 0, 1, hour))}
        </span>
      ))}
    </div>
  );
}

type Columns = readonly (readonly Item[])[];
type Place = readonly [column: number, row: number];

/** Where the Tab key stops: where it was last, or the first thing that there is. */
function nearest(columns: Columns, [column, row]: Place): Place | undefined {
  if (columns[column]?.[row]) return [column, row];
  const found = columns.findIndex((each) => each.length > 0);
  return found < 0 ? undefined : [found, 0];
}

function stepFrom(columns: Columns, [column, row]: Place, key: string): Place | undefined {
  const list = columns[column] ?? [];
  if (key === 'ArrowDown') return row + 1 < list.length ? [column, row + 1] : undefined;
  if (key === 'ArrowUp') return row > 0 ? [column, row - 1] : undefined;
  if (key === 'Home') return [column, 0];
  if (key === 'End') return [column, list.length - 1];
  if (key === 'ArrowRight') return beside(columns, [column, row], 1);
  return key === 'ArrowLeft' ? beside(columns, [column, row], -1) : undefined;
}

/** The same time of day in the next column that has anything. */
function beside(columns: Columns, [column, row]: Place, step: 1 | -1): Place | undefined {
  const from = columns[column]?.[row]?.from ?? 0;
  for (let next = column + step; next >= 0 && next < columns.length; next += step) {
    const list = columns[next] ?? [];
    if (list.length === 0) continue;
    const distances = list.map((each) => Math.abs(minuteOfDay(each.from) - minuteOfDay(from)));
    return [next, distances.indexOf(Math.min(...distances))];
  }
  return undefined;
}
