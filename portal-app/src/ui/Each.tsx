/** The entries of a list, each by itself: one that can't be shown says so, and takes nothing else of the page down. */
import { Component, type Key, type ReactNode } from 'react';
import { t } from '../i18n/text.ts';

interface EachProps<T> {
  readonly of: readonly T[];
  /** Draws one, as a list item. */
  readonly children: (entry: T) => ReactNode;
}

export function Each<T>({ of, children }: EachProps<T>) {
  return of.map((entry, i) => (
    <Boundary key={keyOf(entry) ?? i}>
      <Drawn entry={entry} draw={children} />
    </Boundary>
  ));
}

/** A component, so that what fails fails inside the boundary. */
function Drawn<T>({ entry, draw }: { readonly entry: T; readonly draw: (entry: T) => ReactNode }) {
  return draw(entry);
}

const keyOf = (entry: unknown): Key | undefined =>
  (entry as { readonly id?: string; readonly to?: string } | null)?.id ??
  (entry as { readonly to?: string } | null)?.to;

class Boundary extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return <li className="muted">{t('This entry could not be shown. Please ask the clinic about it.')}</li>;
  }
}
