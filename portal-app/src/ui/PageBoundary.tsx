/** Around a page: its shape while its code comes, and a way on where it can't be fetched or fails. */
import { Component, type ReactNode, Suspense } from 'react';
import { Explained } from '../format/explained.ts';
import { t } from '../i18n/text.ts';
import { tryAgain } from './later.tsx';
import { ErrorState, Skeleton } from './parts.tsx';

interface Props {
  /** Another address is another try, and so is the return of the network. */
  readonly address: string;
  readonly children: ReactNode;
}

export class PageBoundary extends Component<Props, { readonly failed: boolean }> {
  override state = { failed: false };
  /** The network came back while the page was on its way: what fails of it then was asked for without one. */
  private cameBack = false;

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidMount(): void {
    addEventListener('online', this.onOnline);
  }

  override componentDidCatch(): void {
    if (this.cameBack) this.again();
  }

  override componentWillUnmount(): void {
    removeEventListener('online', this.onOnline);
  }

  override componentDidUpdate(before: Props): void {
    if (before.address !== this.props.address) this.again();
  }

  readonly onOnline = (): void => {
    const isOnItsWay = !this.state.failed;
    this.again();
    this.cameBack = isOnItsWay;
  };

  readonly again = (): void => {
    this.cameBack = false;
    tryAgain();
    if (this.state.failed) this.setState({ failed: false });
  };

  override render(): ReactNode {
    if (this.state.failed)
      return (
        <main id="main">
          <ErrorState
            error={
              new Explained(
                navigator.onLine
                  ? t('This page could not be shown. Nothing was lost.')
                  : t('You are offline, and this was not opened before.'),
              )
            }
            onRetry={() => location.reload()}
          />
        </main>
      );
    return (
      <Suspense
        fallback={
          <main id="main">
            <Skeleton rows={6} />
          </main>
        }
      >
        {this.props.children}
      </Suspense>
    );
  }
}
