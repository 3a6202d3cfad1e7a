import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin, type Rolldown } from 'vite';

/** The service worker gets the names of the files that this build made, and a name of its cache that changes with them. */
function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    generateBundle: {
      // Behind all that takes files out of it: a name that leads nowhere, and nothing of the app would be kept.
      order: 'post',
      handler(_, bundle) {
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

/** The app itself, which the first lines wait for, is fetched beside them. */
function preloadApp(): Plugin {
  return {
    name: 'preload-app',
    apply: 'build',
    transformIndexHtml(_, { bundle = {} }) {
      const chunks = new Map(
        Object.values(bundle).flatMap((each) =>
          each.type === 'chunk' ? [[each.fileName, each] as const] : [],
        ),
      );
      const has = (wanted: RegExp, { moduleIds }: Rolldown.OutputChunk) =>
        moduleIds.some((id) => wanted.test(id));
      const app = [...chunks.values()].find((each) => has(APP, each));
      if (!app) throw new Error('the build has no app to preload');
      const names = new Set<string>();
      const add = (name: string): void => {
        if (names.has(name)) return;
        names.add(name);
        for (const each of chunks.get(name)?.imports ?? []) add(each);
      };
      add(app.fileName);
      // What the first lines have of their own is there already.
      const further = [...names]
        .flatMap((name) => chunks.get(name) ?? [])
        .filter((each) => !has(FIRST_LINES, each));
      const styles = further.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]);
      return [
        ...further.map(({ fileName }) => ['modulepreload', fileName]),
        ...[...new Set(styles)].map((name) => ['stylesheet', name]),
      ].map(([rel, name]) => ({
        tag: 'link',
        attrs: { rel, crossorigin: true, href: `/${name}` },
        injectTo: 'head' as const,
      }));
    },
  };
}

/** But what few need of them (src/device/hydration.ts). */
const LIBRARIES =
  /^(?!.*[\\/]hydration\.js$).*node_modules[\\/](react|react-dom|react-router|scheduler|oauth4webapi|@tanstack)[\\/]/;
/** Each with all that it rests on, but for what is in those before it. */
const FIRST_LINES = /src[\\/](portal|desk)[\\/]main\.ts$/;
const APP = /src[\\/](portal|desk)[\\/]opened\.tsx$/;

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
    plugins: [react(), preloadFont(), preloadApp(), ...(app === 'portal' ? [serviceWorker()] : [])],
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
          // What is fetched first, in few files: cut into many by which page uses what, it is some 6 kB larger when packed.
          codeSplitting: {
            groups: [
              { name: 'first-lines', test: FIRST_LINES, priority: 3 },
              { name: 'libraries', test: LIBRARIES, priority: 2 },
              { name: 'app', test: APP, priority: 1 },
            ],
          },
        },
      },
    },
  };
});
