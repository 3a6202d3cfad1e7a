/** Dragging a visit onto a free time, by mouse, pen or finger (pointer events; the browser's own dragging knows no finger). */
import type { Appointment } from '@medplum/fhirtypes';
import { type PointerEvent, useRef } from 'react';
import type { Item } from '../../../record/schedule/day.ts';
import styles from './schedule.module.css';

/** Less than this is a press. */
const LEAST_PIXELS = 8;
/** A finger that moves at once scrolls; one that rests first drags. */
const REST_MS = 250;
/** So near to the window's edge the page scrolls on: the whole of a day seldom fits into a window. */
const EDGE_PIXELS = 48;
const PIXELS_A_MS = 0.8;

interface Held {
  readonly visit: Appointment;
  readonly element: HTMLElement;
  /** Where it was taken up, on the page. */
  readonly from: { readonly x: number; readonly y: number };
  readonly at: number;
  /** Where the pointer is, in the window. */
  pointer: { readonly x: number; readonly y: number };
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
  const under = ({ x, y }: Held['pointer']): Element | undefined =>
    document
      .elementsFromPoint(x, y)
      .flatMap((element) => element.closest('[data-slot]') ?? [])
      .find((element) => targets.current.has(element));
  const place = (drag: Held): void => {
    const { element, from, pointer } = drag;
    const [dx, dy] = [pointer.x + scrollX - from.x, pointer.y + scrollY - from.y];
    element.style.transform = `translate(${dx}px, ${dy}px)`;
    mark(drag, under(pointer));
  };
  const scrollOn = (drag: Held, before = performance.now()): void =>
    void requestAnimationFrame((now) => {
      if (held.current !== drag) return;
      const way = wayAt(drag.pointer.y);
      if (way !== 0) {
        scrollBy({ top: way * PIXELS_A_MS * (now - before), behavior: 'instant' });
        place(drag);
      }
      scrollOn(drag, now);
    });
  const end = (element: HTMLElement): Held | undefined => {
    const drag = held.current;
    held.current = undefined;
    element.style.transform = '';
    element.classList.remove(styles.dragged ?? '');
    if (drag) mark({ ...drag }, undefined);
    return drag;
  };
  /** What a browser makes of a finger that rests and then moves is no pan, and no menu: it has the visit. */
  const keep = (element: HTMLElement | null) => {
    const refuse = (event: Event): void => {
      const drag = held.current;
      if (drag?.element === element && Date.now() - drag.at >= REST_MS) event.preventDefault();
    };
    // React's own listeners for these are passive, and can refuse nothing.
    element?.addEventListener('touchmove', refuse, { passive: false });
    element?.addEventListener('contextmenu', refuse);
    return () => {
      element?.removeEventListener('touchmove', refuse);
      element?.removeEventListener('contextmenu', refuse);
    };
  };
  const handles = (visit: Appointment) => ({
    ref: keep,
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (event.button !== 0 || visit.status !== 'booked') return;
      const pointer = { x: event.clientX, y: event.clientY };
      held.current = {
        visit,
        element: event.currentTarget,
        from: { x: pointer.x + scrollX, y: pointer.y + scrollY },
        at: Date.now(),
        pointer,
        isDragging: false,
        over: undefined,
      };
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      const drag = held.current;
      if (!drag) return;
      drag.pointer = { x: event.clientX, y: event.clientY };
      if (!drag.isDragging) {
        const far = Math.hypot(event.clientX + scrollX - drag.from.x, event.clientY + scrollY - drag.from.y);
        if (far < LEAST_PIXELS) return;
        if (event.pointerType === 'touch' && Date.now() - drag.at < REST_MS) {
          held.current = undefined;
          return;
        }
        drag.isDragging = true;
        event.currentTarget.setPointerCapture(event.pointerId);
        event.currentTarget.classList.add(styles.dragged ?? '');
        scrollOn(drag);
      }
      place(drag);
    },
    onPointerUp(event: PointerEvent<HTMLElement>) {
      const over = held.current?.isDragging ? under({ x: event.clientX, y: event.clientY }) : undefined;
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

/** Up or down, while the pointer is near an edge. */
const wayAt = (y: number): -1 | 0 | 1 => (y < EDGE_PIXELS ? -1 : y > innerHeight - EDGE_PIXELS ? 1 : 0);

function mark(drag: Held, over: Element | undefined): void {
  if (drag.over === over) return;
  drag.over?.classList.remove(styles.over ?? '');
  over?.classList.add(styles.over ?? '');
  drag.over = over;
}

const stop = (event: Event): void => event.stopPropagation();
