/** The window in a browser, with a shell that is only pretended. */
import { scenes } from './scenes';

const wanted = new URLSearchParams(location.search);
const backend = (scenes[wanted.get('scene') ?? 'list'] ?? scenes['list'])?.();
if (backend) {
  const theme = wanted.get('theme');
  if (theme === 'light' || theme === 'dark') {
    backend.settings.theme = theme;
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

// `&page=download`, `copy`, `upload`, `delete` or `pick` opens the dialog about the first image, `two` compares two.
if (page && ['download', 'copy', 'upload', 'delete', 'pick', 'two'].includes(page)) {
  const { imagePicker } = await import('../state/image-picker.svelte');
  const { imageDeletion } = await import('../state/image-deletion.svelte');
  const { navigation } = await import('../state/navigation.svelte');
  const { transferForm } = await import('../state/transfer-form.svelte');
  const registry = backend?.records[0]?.row.id ?? '';
  const image = { registry, repository: 'team/shop', reference: '4.2.0', platform: null };
  const right = { ...image, reference: wanted.get('right') ?? '4.3.0' };
  await navigation.go(
    page === 'two' ? { name: 'compare', left: image, right } : { name: 'image', image },
  );
  if (page === 'delete') imageDeletion.open(image);
  else if (page === 'pick') imagePicker.begin(image, 'right');
  else if (page === 'upload') transferForm.open({ kind: 'upload', registry, repository: '' });
  else if (page !== 'two') {
    transferForm.open({ kind: page === 'copy' ? page : 'download', image });
  }
  // As with text pasted into the named fields: `&type={"path":"/a.tar"}`, then `&press=Download`.
  const typed = Object.entries<string>(JSON.parse(wanted.get('type') ?? '{}'));
  setTimeout(() => {
    for (const [name, text] of typed) {
      const input = document.querySelector<HTMLInputElement>(`dialog [name="${name}"]`);
      if (!input) continue;
      input.value = text;
      input.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }
    setTimeout(() => {
      const buttons = [...document.querySelectorAll<HTMLElement>('dialog button')];
      buttons.find(({ textContent }) => textContent.trim() === wanted.get('press'))?.click();
    }, 300);
  }, 600);
}
