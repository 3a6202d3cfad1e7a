/** A box to type into with what fits below it, in groups: by keyboard a combobox with a list (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/), by touch a list of buttons. */
import { Fragment, type KeyboardEvent, useEffect, useId, useState } from 'react';
import styles from './palette.module.css';
import { useModal } from './use-modal.ts';

export interface PaletteItem {
  readonly id: string;
  readonly label: string;
  readonly about?: string | undefined;
  readonly run: () => void;
}

export interface PaletteGroup {
  readonly title: string;
  readonly items: readonly PaletteItem[];
}

interface Props {
  readonly label: string;
  readonly hint: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly groups: readonly PaletteGroup[];
  /** What is said of the list: that it is looked for, or how many there are. */
  readonly status: string;
  readonly onClose: () => void;
}

export function Palette({ label, hint, text, onText, groups, status, onClose }: Props) {
  const modal = useModal(onClose);
  const id = useId();
  const [chosen, setChosen] = useState(0);
  const items = groups.flatMap((group) => group.items);
  const at = Math.min(chosen, items.length - 1);
  useEffect(() => {
    document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, at]);
  const choose = (item: PaletteItem | undefined): void => {
    if (!item) return;
    modal.close();
    item.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step !== undefined && items.length > 0) {
      event.preventDefault();
      setChosen((at + step + items.length) % items.length);
    }
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      choose(items[at]);
    }
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a press beside the box; by keyboard it is Escape, which the dialog has.
    <dialog
      {...modal.props}
      className={styles.palette}
      aria-label={label}
      onClick={({ target, currentTarget }) => target === currentTarget && modal.close()}
    >
      <div className={styles.inside}>
        <input
          className={styles.input}
          role="combobox"
          aria-label={label}
          aria-expanded={items.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={items.length > 0 ? `${id}-${at}` : undefined}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          placeholder={hint}
          value={text}
          onChange={(event) => {
            setChosen(0);
            onText(event.target.value);
          }}
          onKeyDown={onKeyDown}
        />
        <p className={styles.status} role="status">
          {status}
        </p>
        <Groups id={id} label={label} groups={groups} at={at} onChoose={choose} />
      </div>
    </dialog>
  );
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

function Groups({
  id,
  label,
  groups,
  at,
  onChoose,
}: Pick<Props, 'label' | 'groups'> & {
  readonly id: string;
  readonly at: number;
  readonly onChoose: (item: PaletteItem) => void;
}) {
  let index = -1;
  return (
    <div role="listbox" id={`${id}-list`} aria-label={label} className={styles.list} tabIndex={-1}>
      {groups.map(({ title, items }) => (
        <Fragment key={title}>
          {items.length > 0 && (
            // biome-ignore lint/a11y/useSemanticElements: a group of options, not of fields.
            <div role="group" aria-label={title}>
              <div className={styles.title} aria-hidden="true">
                {title}
              </div>
              {items.map((item) => {
                index += 1;
                return (
                  // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the keys are those of the box above, which keeps the focus.
                  <div
                    key={item.id}
                    id={`${id}-${index}`}
                    role="option"
                    aria-selected={index === at}
                    className={styles.option}
                    onClick={() => onChoose(item)}
                  >
                    <span>{item.label}</span>
                    {item.about && <span className="muted">{item.about}</span>}
                  </div>
                );
              })}
            </div>
          )}
        </Fragment>
      ))}
    </div>
  );
}
