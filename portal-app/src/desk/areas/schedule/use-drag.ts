/** Dragging a visit onto a free time, by mouse, pen or finger (pointer events; the browser's own dragging knows no finger). */
import type { Appointment } from '@medplum/fhirtypes';
import { type PointerEvent, useRef } from 'react';
import type { Item } from '../../../record/schedule/day.ts';
import styles from './schedule.module.css';

/** Less than this is a press. */
const LEAST_PIXELS = 8;
/** A finger that moves at once scrolls; one that rests first drags. */
const REST_MS = 250;

interface Held {
  readonly visit: Appointment;
  readonly x: number;
  readonly y: number;
  readonly at: number;
  isDragging: boolean;
  over: Element | undefined;
}

export function useDrag({
  onMove,
  onDrop,
}: {
  readonly onMove: (visit: Appointment) => void;
  readonly onDrop: (item: Item) => void;
}) {
  const held = useRef<Held>(undefined);
  const targets = useRef(new Map<Element, Item>());
  const target = (item: Item) => (element: HTMLElement | null) => {
    if (!element) return undefined;
    targets.current.set(element, item);
    return () => {
      targets.current.delete(element);
    };
  };
  const underPointer = (event: PointerEvent): Element | undefined => {
    const found = document
      .elementsFromPoint(event.clientX, event.clientY)
      .map((element) => element.closest('[data-slot]'))
      .find((element) => element !== null && targets.current.has(element));
    return found ?? undefined;
  };
  const mark = (drag: Held, over: Element | undefined): void => {
    if (drag.over === over) return;
    drag.over?.classList.remove(styles.over ?? '');
    over?.classList.add(styles.over ?? '');
    drag.over = over;
  };
  const end = (element: HTMLElement): Held | undefined => {
    const drag = held.current;
    held.current = undefined;
    element.style.transform = '';
    element.classList.remove(styles.dragged ?? '');
    if (drag) mark({ ...drag }, undefined);
    return drag;
  };
  const handles = (visit: Appointment) => ({
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (event.button !== 0 || visit.status !== 'booked') return;
      const { clientX: x, clientY: y } = event;
      held.current = { visit, x, y, at: Date.now(), isDragging: false, over: undefined };
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      const drag = held.current;
      if (!drag) return;
      const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
      if (!drag.isDragging) {
        if (Math.hypot(dx, dy) < LEAST_PIXELS) return;
        if (event.pointerType === 'touch' && Date.now() - drag.at < REST_MS) {
          held.current = undefined;
          return;
        }
        drag.isDragging = true;
        event.currentTarget.setPointerCapture(event.pointerId);
        event.currentTarget.classList.add(styles.dragged ?? '');
      }
      event.currentTarget.style.transform = `translate(${dx}px, ${dy}px)`;
      mark(drag, underPointer(event));
    },
    onPointerUp(event: PointerEvent<HTMLElement>) {
      const over = held.current?.isDragging ? underPointer(event) : undefined;
      const drag = end(event.currentTarget);
      const item = over && targets.current.get(over);
      if (!drag?.isDragging) return;
      // The press that a browser makes of it is none.
      event.currentTarget.addEventListener('click', stop, { capture: true, once: true });
      if (!item) return;
      onMove(drag.visit);
      onDrop(item);
    },
    onPointerCancel: (event: PointerEvent<HTMLElement>) => void end(event.currentTarget),
  });
  return { handles, target };
}

export type Drag = ReturnType<typeof useDrag>;

const stop = (event: Event): void => event.stopPropagation();
