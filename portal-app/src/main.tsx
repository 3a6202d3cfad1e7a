/** The portal's first lines: styles, settings, app. */
import '@fontsource-variable/atkinson-hyperlegible-next/wght.css';
import './ui/tokens.css';
import './ui/base.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { loadPortalConfig } from './smart/config.ts';

const root = createRoot(document.getElementById('root') as HTMLElement);
loadPortalConfig().then(
  (config) => root.render(<App config={config} />),
  () =>
    root.render(
      <main className="unavailable">
        <h1>The portal is not available</h1>
        <p>Please try again in a few minutes. If it is urgent, call the clinic.</p>
      </main>,
    ),
);
