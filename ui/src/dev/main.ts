/** The window in a browser, with a shell that is only pretended. */
import { scenes } from './scenes';

const wanted = new URLSearchParams(location.search);
const backend = (scenes[wanted.get('scene') ?? 'list'] ?? scenes['list'])?.();
if (backend) {
  const theme = wanted.get('theme');
  if (theme === 'light' || theme === 'dark') {
    backend.settings.theme = theme;
    localStorage.setItem('registrar.theme', theme);
  }
  backend.stepMillis = Number(wanted.get('pace') ?? 250);
  backend.hosting.stepMillis ||= backend.stepMillis;
  backend.tools.moveMillis ||= backend.stepMillis * 3;
  Object.assign(window, { backend: backend.install() });
}
await import('../main');

// `&page=stacks` opens a page, `&page=stack` the first stack of the first registry.
const page = wanted.get('page');
if (page === 'stacks' || page === 'stack') {
  const { navigation } = await import('../state/navigation.svelte');
  const { stacks } = await import('../state/stacks.svelte');
  const first = backend?.stacks.sources[0];
  await stacks.open();
  await navigation.go(
    page === 'stack' && first
      ? { name: 'stack', registry: first.id, kind: 'stack', stack: first.rows[0]?.name ?? '' }
      : { name: 'stacks' },
  );
}

const view = wanted.get('view');
if (view) {
  // As after some clicks: `&view={"name":"source-new"}`.
  const { navigation } = await import('../state/navigation.svelte');
  setTimeout(() => void navigation.go(JSON.parse(view)), 300);
}
// `&page=export` opens the dialog of the export, `&page=compare` a file compared.
if (page === 'export') {
  const { shareExport } = await import('../state/share-export.svelte');
  shareExport.open();
} else if (page === 'compare') {
  const { navigation } = await import('../state/navigation.svelte');
  const { shareImport } = await import('../state/share-import.svelte');
  await navigation.go({ name: 'import-file' });
  shareImport.path = '/home/jane/theirs.toml';
  await shareImport.read();
  const [differing] = shareImport.differing;
  if (differing) shareImport.takes[differing.key] = 'theirs';
}

// `&page=cluster` asks the cluster at once.
if (page === 'cluster') {
  const { cluster } = await import('../state/cluster.svelte');
  await cluster.read();
}
