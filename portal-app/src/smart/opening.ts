/** The first lines of both apps: what a launch can do before the app is read. */
import { type AppConfig, type AppKind, loadConfig } from './config.ts';
import { beginAtOnce, redeemAtOnce } from './launch.ts';

/** What is about to be left is not drawn; what takes longer than a blink is. */
const BLINK_MS = 500;

/** `app`: fetched meanwhile, and run where the page stays. */
export async function opening(
  kind: AppKind,
  app: () => Promise<{ readonly open: (config: Promise<AppConfig>) => void }>,
): Promise<void> {
  if (!keepsData()) {
    const words = document.querySelector<HTMLTemplateElement>('#no-storage')?.content;
    if (words) document.body.append(words);
    return;
  }
  const config = loadConfig(kind);
  await config.then(leaveOrStay, () => undefined);
  (await app()).open(config);
}

/** Both throw where cookies and site data are refused: https://html.spec.whatwg.org/multipage/webstorage.html#dom-localstorage */
function keepsData(): boolean {
  try {
    return Boolean(sessionStorage && localStorage);
  } catch {
    return false;
  }
}

async function leaveOrStay(config: AppConfig): Promise<void> {
  redeemAtOnce(config);
  const leaving = beginAtOnce(config);
  if (leaving)
    await Promise.race([
      // Left, or it can't be: which the app says.
      leaving.then(
        () => new Promise<void>(() => undefined),
        () => undefined,
      ),
      new Promise<void>((resolve) => setTimeout(resolve, BLINK_MS)),
    ]);
}
