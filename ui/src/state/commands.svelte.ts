/** Everything that can be done from the keyboard, for the palette, the shortcuts and their sheet. */
import type { Theme } from '../bindings';
import { call } from '../ipc';
import { m } from '../messages';
import { browse } from './browse';
import { checks } from './checks.svelte';
import { cluster } from './cluster.svelte';
import { hostingCommands } from './hosting-commands';
import { layout } from './layout.svelte';
import { navigation } from './navigation.svelte';
import { odo } from './odo.svelte';
import { registries } from './registries.svelte';
import { session } from './session.svelte';
import { shareExport } from './share-export.svelte';
import { toasts } from './toasts.svelte';
import { transferCommands } from './transfer-commands';
import { vault } from './vault.svelte';

export interface Command {
  id: string;
  title: string;
  shortcut?: string;
  /** A second shortcut that does the same. */
  alias?: string;
  /** Whether it makes sense now. */
  enabled?: () => boolean;
  /** Not offered in the palette. */
  hidden?: boolean;
  run: () => unknown;
}

const words = m.shell.commands;

const searchBox = () => document.querySelector<HTMLInputElement>('main input[type="search"]');

async function focusSearch(): Promise<void> {
  if (!searchBox() && !(await navigation.go({ name: 'registries' }))) return;
  // At once, since what is typed next belongs to it; and once more, since a palette that closes
  // gives the focus back to where it was.
  searchBox()?.focus();
  requestAnimationFrame(() => searchBox()?.focus());
}

function themed(theme: Theme, title: string): Command {
  const run = () => session.save({ theme }).catch((failure: unknown) => toasts.failure(failure));
  return { id: `theme-${theme}`, title, run, enabled: () => session.settings.theme !== theme };
}

async function lockVault(): Promise<void> {
  try {
    vault.status = await call('lock_vault', {});
    toasts.show(m.vault.lockedNow);
  } catch (failure) {
    toasts.failure(failure);
  }
}

const ownVault = () => vault.status?.kind === 'passphrase';

export const commands: readonly Command[] = [
  {
    id: 'palette',
    title: words.palette,
    shortcut: 'Mod+K',
    hidden: true,
    run: () => (navigation.palette = true),
  },
  {
    id: 'add',
    title: words.add,
    shortcut: 'Mod+N',
    enabled: () => !registries.readOnly,
    run: () => navigation.go({ name: 'add' }),
  },
  {
    id: 'add-container',
    title: words.addContainer,
    enabled: () => !registries.readOnly,
    run: () => navigation.go({ name: 'form', id: null, kind: 'container', provider: null }),
  },
  {
    id: 'add-devfile',
    title: words.addDevfile,
    enabled: () => !registries.readOnly,
    run: () => navigation.go({ name: 'form', id: null, kind: 'devfile', provider: null }),
  },
  { id: 'which', title: words.whichCredential, run: () => (navigation.which = true) },
  { id: 'search', title: words.search, shortcut: 'Mod+F', alias: '/', run: focusSearch },
  {
    id: 'check',
    title: words.checkSelected,
    shortcut: 'Mod+R',
    enabled: () => navigation.selected !== null,
    run: () => navigation.selected && checks.checkOne(navigation.selected),
  },
  {
    id: 'check-all',
    title: words.checkAll,
    shortcut: 'Mod+Shift+R',
    enabled: () => !checks.all && registries.total > 0,
    run: () => checks.checkAll(),
  },
  {
    id: 'stop-checks',
    title: words.stopChecks,
    enabled: () => checks.all !== null,
    run: () => checks.cancel(),
  },
  { id: 'registries', title: words.registries, run: () => navigation.go({ name: 'registries' }) },
  { id: 'packages', title: words.packages, run: () => navigation.go({ name: 'packages' }) },
  { id: 'new-source', title: words.newSource, run: () => navigation.go({ name: 'source-new' }) },
  ...hostingCommands,
  { id: 'stacks', title: m.stacks.browseAll, run: () => browse([]) },
  ...transferCommands,
  { id: 'tools', title: words.tools, run: () => navigation.go({ name: 'tools' }) },
  { id: 'import', title: words.import, run: () => navigation.go({ name: 'import' }) },
  {
    id: 'import-odo',
    title: m.odo.import.command,
    enabled: () => !registries.readOnly,
    run: () => odo.openImport(),
  },
  {
    id: 'cluster',
    title: m.cluster.command,
    run: async () => {
      if (navigation.view.name === 'stacks') return cluster.browse(true);
      await navigation.go({ name: 'registries' });
      return cluster.read(true);
    },
  },
  {
    id: 'export-registries',
    title: m.share.exportCommand,
    enabled: () => registries.total > 0,
    run: () => shareExport.open(),
  },
  {
    id: 'import-registries',
    title: m.share.importCommand,
    run: () => navigation.go({ name: 'import-file' }),
  },
  { id: 'activity', title: words.activity, run: () => navigation.go({ name: 'activity' }) },
  {
    id: 'settings',
    title: words.settings,
    shortcut: 'Mod+,',
    run: () => navigation.go({ name: 'settings' }),
  },
  { id: 'welcome', title: words.welcome, run: () => navigation.go({ name: 'welcome' }) },
  {
    id: 'shortcuts',
    title: words.shortcuts,
    shortcut: '?',
    run: () => (navigation.shortcuts = true),
  },
  {
    id: 'lock',
    title: words.lockVault,
    enabled: () => ownVault() && vault.status?.state === 'ready',
    run: lockVault,
  },
  {
    id: 'unlock',
    title: words.unlockVault,
    enabled: () => ownVault() && vault.status?.state === 'locked',
    run: () => vault.open('unlock'),
  },
  themed('system', words.themeSystem),
  themed('light', words.themeLight),
  themed('dark', words.themeDark),
  {
    id: 'zoom-in',
    title: words.zoomIn,
    shortcut: 'Mod+=',
    alias: 'Mod++',
    run: () => layout.larger(),
  },
  { id: 'zoom-out', title: words.zoomOut, shortcut: 'Mod+-', run: () => layout.smaller() },
  { id: 'zoom-reset', title: words.zoomReset, shortcut: 'Mod+0', run: () => layout.reset() },
];

export { lockVault };
