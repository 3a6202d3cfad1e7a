import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** The service worker gets the names of the files that this build made, and a name of its cache that changes with them. */
function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    generateBundle(_, bundle) {
      const files = [
        '/',
        '/config.json',
        '/icon.svg',
        ...Object.keys(bundle)
          .filter((name) => name.startsWith('assets/'))
          .map((name) => `/${name}`),
      ];
      const version = createHash('sha256').update(files.join()).digest('hex').slice(0, 16);
      const source = readFileSync(join(import.meta.dirname, 'src/device/service-worker.js'), 'utf8')
        .replace('__FILES__', JSON.stringify(files))
        .replace('__VERSION__', version);
      this.emitFile({ type: 'asset', fileName: 'service-worker.js', source });
    },
  };
}

/** Fetched beside the code that draws the first page: where it comes later, what was drawn moves. */
function preloadFont(): Plugin {
  return {
    name: 'preload-font',
    apply: 'build',
    transformIndexHtml(_, { bundle = {} }) {
      const font = Object.keys(bundle).find((name) => /-latin-wght-normal-[^/]*\.woff2$/.test(name));
      if (font === undefined) throw new Error('the build has no font to preload');
      const attrs = { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: true, href: `/${font}` };
      return [{ tag: 'link', attrs, injectTo: 'head' }];
    },
  };
}

/** But what few need of them (src/device/hydration.ts). */
const LIBRARIES =
  /^(?!.*[\\/]hydration\.js$).*node_modules[\\/](react|react-dom|react-router|scheduler|oauth4webapi|@tanstack)[\\/]/;
/** With all that it rests on. */
const FIRST_PAGE = /src[\\/]portal[\\/]areas[\\/]home[\\/]HomePage\.tsx$/;

/**
 * What a page of the portal that comes later needs beside its own code is not listed in what is fetched first, where the names of all files weigh 1.7 kB: it is fetched when
 * the page's own code has said so, which a finger on its link begins (portal/app.tsx). Its styles are, for it must not be drawn before them.
 */
const resolveDependencies = (
  _: string,
  files: string[],
  { hostType }: { hostType: 'html' | 'js' },
): string[] => (hostType === 'html' ? files : files.filter((file) => file.endsWith('.css')));

/** `--mode desk` is the care team's desk, every other the portal: two builds, so that neither holds code of the other. */
export default defineConfig(({ mode }) => {
  const app = mode === 'desk' ? 'desk' : 'portal';
  return {
    root: join(import.meta.dirname, app),
    publicDir: join(import.meta.dirname, 'public'),
    plugins: [react(), preloadFont(), ...(app === 'portal' ? [serviceWorker()] : [])],
    build: {
      outDir: join(import.meta.dirname, 'dist', app),
      emptyOutDir: true,
      target: 'es2024',
      modulePreload: { polyfill: false, ...(app === 'portal' && { resolveDependencies }) },
      assetsInlineLimit: 0,
      // No file is called after a module: what a browser keeps of the app can be told from what a server answered (/fhir) by its address.
      rolldownOptions: {
        output: {
          chunkFileNames: 'assets/part-[hash].js',
          // What is fetched first, in two files: cut into many by which page uses what, it is some 6 kB larger when packed.
          codeSplitting: {
            groups: [
              { name: 'libraries', test: LIBRARIES, priority: 2 },
              { name: 'first-page', test: FIRST_PAGE, priority: 1 },
            ],
          },
        },
      },
    },
  };
});
