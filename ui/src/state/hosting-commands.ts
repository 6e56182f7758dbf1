/** What can be done from the keyboard about the registries that this computer hosts. */
import { m } from '../messages';
import type { Command } from './commands.svelte';
import { hosting } from './hosting.svelte';
import { navigation, type SourceSection, type SourceTab } from './navigation.svelte';
import { session } from './session.svelte';
import { verification } from './verification.svelte';

const words = m.shell.commands;

/** Goes to a part of the source registry whose page, or whose package's page, is shown. */
function ofSource(
  id: string,
  title: string,
  tab: SourceTab,
  section?: SourceSection,
  shortcut?: string,
): Command {
  const shown = () => {
    const { view } = navigation;
    if (view.name === 'source') return view.id;
    return view.name === 'package' ? view.source : null;
  };
  return {
    id,
    title,
    ...(shortcut === undefined ? {} : { shortcut }),
    enabled: () => shown() !== null,
    run: () => {
      const source = shown();
      const part = section === undefined ? {} : { section };
      return source && navigation.go({ name: 'source', id: source, tab, ...part });
    },
  };
}

async function verify(): Promise<void> {
  if (!(await navigation.go({ name: 'settings', section: 'hosting' }))) return;
  await verification.start(null);
}

export const hostingCommands: readonly Command[] = [
  ofSource('source-packages', words.sourcePackages, 'packages', undefined, 'Mod+1'),
  ofSource('source-publish', words.sourcePublish, 'publish', undefined, 'Mod+2'),
  ofSource('source-settings', words.sourceSettings, 'settings', undefined, 'Mod+3'),
  ofSource('source-tokens', words.sourceTokens, 'settings', 'tokens'),
  ofSource('source-storage', words.sourceStorage, 'settings', 'storage'),
  { id: 'api-tokens', title: words.apiTokens, run: () => navigation.go({ name: 'api-tokens' }) },
  {
    id: 'new-api-token',
    title: words.newApiToken,
    run: () => navigation.go({ name: 'api-tokens', create: true }),
  },
  {
    id: 'hosting-settings',
    title: words.hostingSettings,
    run: () => navigation.go({ name: 'settings', section: 'hosting' }),
  },
  {
    id: 'hosting-on',
    title: words.hostingOn,
    enabled: () => !session.settings.hosting,
    run: () => hosting.turn(true),
  },
  {
    id: 'hosting-off',
    title: words.hostingOff,
    enabled: () => session.settings.hosting,
    run: () => hosting.turn(false),
  },
  {
    id: 'hosting-restart',
    title: words.hostingRestart,
    enabled: () => session.settings.hosting,
    run: () => hosting.restart(),
  },
  {
    id: 'verify-storage',
    title: words.verifyStorage,
    enabled: () => verification.running === null,
    run: verify,
  },
  { id: 'network', title: words.network, run: () => navigation.go({ name: 'network' }) },
  { id: 'storage', title: words.storage, run: () => navigation.go({ name: 'storage' }) },
  {
    id: 'stop-verifying',
    title: words.stopVerifying,
    enabled: () => verification.running !== null,
    run: () => verification.cancel(),
  },
];
