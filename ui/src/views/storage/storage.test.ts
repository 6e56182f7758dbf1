import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { Backend, refusal } from '../../dev/backend';
import { openSource, openStorage } from '../../dev/hosting-screens';
import { scenes } from '../../dev/scenes';
import { button, openWindow } from '../../dev/window';
import { sorted, type UsageRow } from '../../lib/usage';
import { navigation } from '../../state/navigation.svelte';

const ID = 'source-design-system';

async function window(name = 'hosted', change?: (backend: Backend) => void) {
  const backend = scenes[name]?.() ?? new Backend([]);
  change?.(backend);
  const user = await openWindow(backend);
  return { backend, user };
}

async function opened(name?: string, change?: (backend: Backend) => void) {
  const window_ = await window(name, change);
  await openStorage();
  return window_;
}

async function settings(change?: (backend: Backend) => void) {
  const window_ = await window('hosted', change);
  await openSource('settings', 'storage');
  await screen.findByRole('textbox', { name: /^Keep the newest/ });
  return window_;
}

const field = (name: RegExp) => screen.getByRole<HTMLInputElement>('textbox', { name });
const table = () => within(screen.getByRole('table', { name: 'Space by registry' }));
const names = () =>
  table()
    .getAllByRole('rowheader')
    .map((cell) => cell.textContent.replace(/^\P{L}+/u, '').trim());
const dialog = async () => within(await screen.findByRole('dialog'));

describe('what takes the space', () => {
  it('is not asked for before somebody wants to see it', async () => {
    const { backend } = await window();
    await screen.findByRole('contentinfo');
    expect(backend.requests('storage_usage')).toEqual([]);
    expect(backend.requests('package_usage')).toEqual([]);
  });

  it('is drawn and listed by registry, the largest first, and in any other order', async () => {
    const { user } = await opened();
    screen.getByRole('img', { name: /^Used by registry: / });
    const bySize = names();
    const stored = table().getByRole('columnheader', { name: /On disk/ });
    expect(stored.getAttribute('aria-sort')).toBe('descending');
    await user.click(table().getByRole('button', { name: /^Name/ }));
    expect(names()).toEqual(bySize.toSorted((a, b) => a.localeCompare(b, 'en')));
    await user.click(table().getByRole('button', { name: /^Name/ }));
    expect(names()[0]).toBe(bySize.toSorted((a, b) => a.localeCompare(b, 'en')).at(-1));
  });

  it('leads to a registry, where packages are listed', async () => {
    const { user } = await opened();
    await user.click(table().getByRole('button', { name: /design-system/ }));
    const packages = await screen.findByRole('table', { name: 'Space by package' });
    within(packages).getByRole('button', { name: 'design-tokens' });
  });

  it('is said to be unknown where it cannot be looked at', async () => {
    const { user, backend } = await window('hosted', (made) => {
      made.overrides.storage_usage = () => {
        throw refusal({ code: 'storage', message: 'The disk is gone.', retryable: true });
      };
    });
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByRole('combobox'), 'what takes the space{Enter}');
    await screen.findByText('The disk is gone.');
    backend.overrides = {};
    await user.click(await screen.findByRole('button', { name: /again/i }));
    await screen.findByRole('table', { name: 'Space by registry' });
  });

  it('keeps the order of names where sizes are equal', () => {
    const row = (name: string, stored: number): UsageRow => ({
      id: name,
      name,
      parts: 1,
      files: 1,
      size: stored,
      stored,
      alone: 0,
    });
    const rows = [row('b10', 1), row('b9', 1), row('a', 0)];
    const order = sorted(rows, { column: 'stored', down: true });
    expect(order.map(({ name }) => name)).toEqual(['b9', 'b10', 'a']);
  });
});

describe('repairs', () => {
  it('are shown before anything is done, and done once', async () => {
    const { backend, user } = await opened('hosted-damaged');
    await user.click(button('Verify all registries'));
    const list = await screen.findByRole('list', { name: 'Proposed repairs' });
    expect(within(list).getAllByRole('listitem').length).toBeGreaterThan(0);
    expect(backend.requests('repair_storage')).toEqual([]);
    await user.click(screen.getByRole('button', { name: /^Do / }));
    await screen.findByText(/repairs? done/);
    expect(backend.requests('repair_storage')).toHaveLength(1);
    expect(screen.queryByRole('list', { name: 'Proposed repairs' })).toBeNull();
  });
});

describe('backups', () => {
  it('are made with progress and can be cancelled', async () => {
    const { backend, user } = await opened('hosted', ({ hosting }) => {
      hosting.stepMillis = 20;
    });
    await user.click(button('Back up…'));
    await screen.findByText(/^Backing up: /);
    await user.click(await screen.findByRole('button', { name: 'Cancel' }));
    await screen.findByRole('button', { name: 'Back up…' });
    expect(screen.queryByText('The backup was not made')).toBeNull();
    await user.click(button('Back up…'));
    await screen.findByText(/^Backed up: /, {}, { timeout: 3000 });
    expect(backend.requests('back_up_storage')).toHaveLength(2);
  });

  it('are restored after a question that says what is lost', async () => {
    const { backend, user } = await opened();
    await user.click(button('Restore…'));
    (await dialog()).getByText(/What was published since is gone/);
    await user.click((await dialog()).getByRole('button', { name: 'Cancel' }));
    expect(backend.requests('restore_storage')).toEqual([]);
    await user.click(await screen.findByRole('button', { name: 'Restore…' }));
    await user.click((await dialog()).getByRole('button', { name: 'Restore' }));
    await screen.findByText('Restored: 412 files');
    expect(backend.requests('restore_storage')).toHaveLength(1);
  });

  it('say why nothing was restored', async () => {
    const { user } = await opened('hosted', (made) => {
      made.overrides.choose_backup = () => {
        throw refusal({ code: 'invalid', message: 'This file is not a backup of Registrar.' });
      };
    });
    await user.click(button('Restore…'));
    await screen.findByText('Nothing was restored');
    screen.getByText('This file is not a backup of Registrar.');
  });
});

describe('the folder', () => {
  it('moves with progress after a question, and can be stopped', async () => {
    const { backend, user } = await opened('hosted', ({ hosting }) => {
      hosting.stepMillis = 20;
    });
    const question = async (answer: string) => {
      await user.click(await screen.findByRole('button', { name: 'Move…' }));
      (await dialog()).getByText(/will move to \/media\/jane\/Archive\/registrar-packages/);
      await user.click((await dialog()).getByRole('button', { name: answer }));
    };
    await question('Cancel');
    expect(backend.requests('move_storage')).toEqual([]);
    await question('Move');
    await screen.findByText(/^Moving: /);
    expect(button('Back up…')).toHaveProperty('disabled', true);
    await user.click(await screen.findByRole('button', { name: 'Cancel' }));
    await screen.findByRole('button', { name: 'Move…' });
    expect(screen.queryByText('Nothing was moved')).toBeNull();
    await question('Move');
    await screen.findByText('/media/jane/Archive/registrar-packages', {}, { timeout: 3000 });
    await screen.findByText(/^Moved 31 files to/);
  });

  it('says why nothing was moved, and where the old one still lies', async () => {
    const { backend, user } = await opened('hosted', (made) => {
      made.hosting.storage.left = '/home/jane/.local/share/registrar/hosting';
      made.overrides.choose_storage_folder = () => {
        throw refusal({ code: 'invalid', message: 'There are other files in /srv.' });
      };
    });
    await user.click(await screen.findByRole('button', { name: 'Move…' }));
    await screen.findByText('Nothing was moved');
    screen.getByText('There are other files in /srv.');
    backend.overrides = {};
    await user.click(button('Move…'));
    await user.click((await dialog()).getByRole('button', { name: 'Move' }));
    await screen.findByText('The old folder could not be removed completely');
    expect(screen.queryByText('Nothing was moved')).toBeNull();
  });

  it('is looked for where its disk is not connected', async () => {
    const { backend, user } = await window('hosted-unplugged');
    await navigation.go({ name: 'storage' });
    await user.click(await screen.findByRole('button', { name: 'Begin without them…' }));
    (await dialog()).getByText(/Nothing is deleted/);
    await user.click((await dialog()).getByRole('button', { name: 'Cancel' }));
    expect(backend.requests('start_storage_anew')).toEqual([]);
    expect(screen.queryByRole('button', { name: 'Move…' })).toBeNull();
    await user.click(button('Choose where it is…'));
    await screen.findByText('Packages are in /media/jane/Archive/registrar-packages now');
    await screen.findByRole('button', { name: 'Move…' });
  });

  it('opens in the file manager', async () => {
    const { backend, user } = await opened();
    await user.click(await screen.findByRole('button', { name: 'Open folder' }));
    expect(backend.requests('open_storage_folder')).toHaveLength(1);
  });
});

describe('what a registry keeps', () => {
  it('is everything at first, and nothing is done without numbers', async () => {
    await settings();
    expect(field(/^Keep the newest/).value).toBe('');
    expect(screen.queryByRole('button', { name: 'Keep everything' })).toBeNull();
    expect(button('Show what would go')).toHaveProperty('disabled', true);
  });

  it('is shown before it is saved, and only for what is typed', async () => {
    const { backend, user } = await settings();
    await user.type(field(/^Keep the newest/), '1');
    await user.click(button('Show what would go'));
    await screen.findByRole('heading', { name: /versions? would go/ });
    await user.type(field(/^Keep the newest/), '0');
    await waitFor(() => expect(screen.queryByRole('heading', { name: /would go/ })).toBeNull());
    expect(backend.requests('save_retention')).toEqual([]);
    await user.click(button('Save rule'));
    await screen.findByText(/^Saved\. It is followed/);
    expect(backend.requests('save_retention')).toEqual([
      { source: ID, newest: 10, days: null, tags: null },
    ]);
    await user.click(button('Keep everything'));
    await screen.findByText('Saved: everything is kept');
  });

  it('refuses what is no number, beside the field', async () => {
    const { user } = await settings();
    await user.type(field(/^Keep everything younger/), '0');
    await screen.findByText(/whole number between 1 and 36,500/);
    expect(button('Save rule')).toHaveProperty('disabled', true);
  });

  it('spares tagged images until somebody says which of them stay', async () => {
    const { backend, user } = await settings(({ hosting }) => {
      hosting.find(ID).details.row.ecosystem = 'container';
    });
    await user.type(field(/^Keep the newest/), '1');
    expect(screen.queryByRole('textbox', { name: /^Except those tagged/ })).toBeNull();
    await user.click(screen.getByRole('checkbox', { name: 'Let tagged versions go as well' }));
    expect(field(/^Except those tagged/).value).toBe('latest');
    await user.type(field(/^Except those tagged/), ' v?');
    await screen.findByText(/“v\?” is like no tag/);
    expect(button('Save rule')).toHaveProperty('disabled', true);
    await user.type(field(/^Except those tagged/), '{Backspace}*');
    await user.click(button('Save rule'));
    await screen.findByText(/^Saved\. It is followed/);
    const saved = { source: ID, newest: 1, days: null, tags: ['latest', 'v*'] };
    expect(backend.requests('save_retention')).toEqual([saved]);
    expect(button('Save rule')).toHaveProperty('disabled', true);
  });

  it('says nothing of tags where an ecosystem sets them by itself', async () => {
    await settings();
    expect(screen.queryByRole('checkbox', { name: /tagged/ })).toBeNull();
  });

  it('is followed at once only after a question', async () => {
    const { backend, user } = await settings(({ hosting }) => {
      hosting.storage.rules[ID] = { newest: 1, days: null, tags: null };
    });
    await user.click(button('Remove old versions now…'));
    await user.click((await dialog()).getByRole('button', { name: 'Cancel' }));
    expect(backend.requests('run_retention')).toEqual([]);
    await user.click(button('Remove old versions now…'));
    await user.click((await dialog()).getByRole('button', { name: 'Delete' }));
    await screen.findByText(/^Deleted /);
  });
});
