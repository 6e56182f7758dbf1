import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { Backend, refusal } from '../../dev/backend';
import { openSource } from '../../dev/hosting-screens';
import { scenes } from '../../dev/scenes';
import { button, field, openWindow } from '../../dev/window';
import { navigation, type SourceSection } from '../../state/navigation.svelte';

const ID = 'source-design-system';
const SECRET = /bkpt_[0-9A-Za-z]{8}/;

async function open(section: SourceSection, name = 'hosted', change?: (backend: Backend) => void) {
  const backend = scenes[name]?.() ?? new Backend([]);
  change?.(backend);
  const user = await openWindow(backend);
  await openSource('settings', section);
  return { backend, user };
}

const dialog = async () => within(await screen.findByRole('dialog'));
const page = () => document.body.innerHTML;

describe('the general settings', () => {
  it('say every consequence of a new name, and change it after a question only', async () => {
    const { backend, user } = await open('general');
    await user.clear(field('Name'));
    await user.type(field('Name'), 'Design kit');
    await screen.findByText(
      'The address changes: http://127.0.0.1:4747/local/design-system becomes http://127.0.0.1:4747/local/design-kit',
    );
    screen.getByText(/The old address answers 404/);
    screen.getByText(/Lock files that hold the old address/);
    screen.getByText(/Configuration of clients \(\.npmrc/);
    await user.click(button('Save changes'));
    await user.click((await dialog()).getByRole('button', { name: 'Cancel' }));
    expect(backend.requests('update_source')).toEqual([]);
    expect(field('Name').value).toBe('Design kit');

    await user.click(button('Save changes'));
    await user.click((await dialog()).getByRole('button', { name: 'Rename' }));
    await screen.findByRole('heading', { name: 'Design kit', level: 1 });
    await screen.findByText('Renamed to “Design kit”');
    expect(backend.requests('update_source')).toMatchObject([{ id: ID, name: 'Design kit' }]);
    await screen.findByText('http://127.0.0.1:4747/local/design-kit');
  });

  it('change the description and the look without a question', async () => {
    const { backend, user } = await open('general');
    await user.clear(field('Description'));
    await user.type(field('Description'), 'For every product');
    await user.click(button('🐍'));
    await user.click(button('blue'));
    await user.click(button('Save changes'));
    await screen.findByText('Saved');
    expect(backend.requests('update_source')).toEqual([
      {
        id: ID,
        name: 'design-system',
        description: 'For every product',
        emoji: '🐍',
        color: '#dbeafe',
      },
    ]);
    expect(button('Save changes')).toHaveProperty('disabled', true);
  });

  it('say what is wrong with a name, an emoji or a colour, and save none of it', async () => {
    const { user } = await open('general');
    await user.clear(field('Name'));
    await user.type(field('Name'), 'Data science');
    await screen.findByText('There is already a registry called “Data science”.');
    expect(button('Save changes')).toHaveProperty('disabled', true);
    await user.clear(field('Name'));
    await user.type(field('Name'), 'design-system');
    await waitFor(() => expect(screen.queryByText(/There is already/)).toBeNull());
    await user.clear(field('Emoji'));
    await user.type(field('Emoji'), 'x');
    await screen.findByText('One emoji, nothing else.');
    await user.clear(field('Colour'));
    await user.type(field('Colour'), 'blue');
    await screen.findByText(/Write it as # and six digits/);
    expect(button('Save changes')).toHaveProperty('disabled', true);
    await user.click(button('Discard changes'));
    expect(field('Emoji').value).toBe('🟩');
    expect(field('Colour').value).toBe('#dcfce7');
  });

  it('keep what was typed where saving is refused', async () => {
    const { backend, user } = await open('general');
    backend.overrides.update_source = () => {
      throw refusal({ code: 'storage', message: 'The disk is full.', hint: 'Make room.' });
    };
    await user.clear(field('Description'));
    await user.type(field('Description'), 'Longer');
    await user.click(button('Save changes'));
    await screen.findByText('The disk is full.');
    expect(field('Description').value).toBe('Longer');
  });

  it('are not lost by leaving the page', async () => {
    const { user } = await open('general');
    await user.type(field('Name'), '!');
    await user.click(button('Activity'));
    await user.click((await dialog()).getByRole('button', { name: 'Keep editing' }));
    expect(field('Name').value).toBe('design-system!');
    await user.click(button('Activity'));
    await user.click((await dialog()).getByRole('button', { name: 'Discard changes' }));
    await screen.findByRole('heading', { name: 'Activity', level: 1 });
  });

  it('follow a change from elsewhere but for what is being typed', async () => {
    const { backend, user } = await open('general');
    await user.clear(field('Description'));
    await user.type(field('Description'), 'Mine');
    const { details } = backend.hosting.find(ID);
    details.row = { ...details.row, emoji: '🐍', description: 'Theirs' };
    await backend.hosting.changed(ID);
    await waitFor(() => expect(field('Emoji').value).toBe('🐍'));
    expect(field('Description').value).toBe('Mine');
  });
});

describe('who may read it', () => {
  it('is changed after a question that says what it means', async () => {
    const { backend, user } = await open('general');
    await user.click(button('Make public…'));
    const asked = await dialog();
    asked.getByText(/Publishing still needs a token/);
    asked.getByText(/2 registry tokens are of no use then/);
    await user.click(asked.getByRole('button', { name: 'Make public' }));
    await screen.findByText('“design-system” is public');
    expect(backend.requests('set_source_visibility')).toEqual([{ id: ID, public: true }]);

    await user.click(button('Make private…'));
    const again = await dialog();
    again.getByText(/Its 2 registry tokens work again/);
    await user.click(again.getByRole('button', { name: 'Make private' }));
    await screen.findByText('“design-system” is private');
  });

  it('stays where the person thinks better of it', async () => {
    const { backend, user } = await open('general');
    await user.click(button('Make public…'));
    await user.click((await dialog()).getByRole('button', { name: 'Cancel' }));
    expect(backend.requests('set_source_visibility')).toEqual([]);
  });
});

describe('deleting a registry', () => {
  it('shows what is lost, and wants the exact name', async () => {
    const { backend, user } = await open('general');
    await user.click(button('Delete registry…'));
    const asked = await dialog();
    const facts = asked.getAllByRole('definition').map((fact) => fact.textContent);
    expect(facts).toEqual(['4', '9', '9', '598 kB', '2']);
    asked.getByText(/Downloaded so far 10,159 times/);
    const confirm = asked.getByRole('button', { name: 'Delete registry' });
    const typed = asked.getByRole('textbox', { name: 'Type design-system to delete it' });
    for (const close of ['Design-System', 'design-system ', 'design']) {
      await user.clear(typed);
      await user.type(typed, close);
      expect(confirm, close).toHaveProperty('disabled', true);
    }
    await user.type(typed, '{Enter}');
    expect(backend.requests('delete_source')).toEqual([]);
    await user.clear(typed);
    await user.type(typed, 'design-system{Enter}');
    await screen.findByText('Deleted “design-system” and all its packages');
    await screen.findByRole('heading', { name: 'Packages', level: 1 });
    expect(backend.requests('delete_source')).toEqual([{ id: ID, name: 'design-system' }]);
  });

  it('says why it could not be done, and leaves it', async () => {
    const { backend, user } = await open('general');
    backend.overrides.delete_source = () => {
      throw refusal({ code: 'storage', message: 'The database is locked.' });
    };
    await user.click(button('Delete registry…'));
    const asked = await dialog();
    await user.type(asked.getByRole('textbox'), 'design-system{Enter}');
    await asked.findByText('The database is locked.');
    expect(navigation.view).toMatchObject({ name: 'source' });
  });
});

describe('registry tokens', () => {
  it('are made with a description, and the secret stays away from the page', async () => {
    const { backend, user } = await open('tokens', 'hosted-no-tokens');
    await user.click(button('Create token…'));
    const asked = await dialog();
    await user.click(asked.getByRole('button', { name: 'Create token' }));
    await asked.findByText('Say what it is for.');
    await user.type(asked.getByRole('textbox'), ' Build server {Enter}');
    await screen.findByText('Created the token “Build server”');
    expect(backend.requests('create_registry_token')).toEqual([
      { source: ID, description: 'Build server' },
    ]);
    within(screen.getByRole('list', { name: 'Registry tokens' })).getByText('Build server');
    expect(page()).not.toMatch(SECRET);
  });

  it('are shown when asked for, and hidden again with the window', async () => {
    const { user } = await open('tokens');
    await user.click(button('Show Build server'));
    expect((await screen.findByTestId('token')).textContent).toMatch(SECRET);
    screen.getByText('Hides in 30 s');
    await user.click(button('Hide Build server'));
    expect(page()).not.toMatch(SECRET);
    await user.click(button('Show Build server'));
    await screen.findByTestId('token');
    window.dispatchEvent(new Event('blur'));
    await waitFor(() => expect(page()).not.toMatch(SECRET));
  });

  it('are copied without being shown', async () => {
    const { backend, user } = await open('tokens');
    await user.click(button('Copy Laptop'));
    await screen.findByText('Token copied. It leaves the clipboard in 45 seconds.');
    expect(backend.requests('reveal_registry_token')).toEqual([]);
    expect(backend.requests('copy_registry_token')).toHaveLength(1);
    expect(page()).not.toMatch(SECRET);
  });

  it('get another description', async () => {
    const { backend, user } = await open('tokens');
    await user.click(button('Edit the description of Laptop'));
    const asked = await dialog();
    const typed = asked.getByRole<HTMLInputElement>('textbox');
    expect(typed.value).toBe('Laptop');
    await user.clear(typed);
    await user.type(typed, 'Old laptop{Enter}');
    await screen.findByText('Old laptop');
    expect(backend.requests('update_registry_token')).toMatchObject([
      { source: ID, description: 'Old laptop' },
    ]);
  });

  it('are deleted after a question that says when they were used', async () => {
    const { backend, user } = await open('tokens');
    await user.click(button('Delete Build server…'));
    const asked = await dialog();
    asked.getByText('Last used 12 minutes ago');
    await user.click(asked.getByRole('button', { name: 'Delete token' }));
    await screen.findByText('Deleted the token “Build server”');
    expect(screen.queryByRole('button', { name: 'Show Build server' })).toBeNull();
    expect(backend.requests('delete_registry_token')).toHaveLength(1);
  });

  it('are put away while the registry is public, and back when it is private', async () => {
    const { user } = await open('tokens', 'hosted-public');
    await screen.findByText('No tokens while it is public');
    screen.getByText(/Its 2 tokens are kept, and work again/);
    expect(screen.queryByRole('button', { name: /^Show/ })).toBeNull();
    await user.click(button('Make private…'));
    await user.click((await dialog()).getByRole('button', { name: 'Make private' }));
    await screen.findByRole('button', { name: 'Show Build server' });
  });
});

describe('storage', () => {
  it('says what the registry takes, where, and what is free', async () => {
    await open('storage');
    await screen.findByText('598 kB in 9 files');
    screen.getByText('4 packages, 9 versions');
    await screen.findByText('412 GB');
    screen.getByText('/home/jane/.local/share/registrar/hosting');
  });

  it('is verified, and every damaged file is named', async () => {
    const { backend, user } = await open('storage', 'hosted-damaged');
    await user.click(button('Verify all registries'));
    await screen.findByText('2 files are not what was published');
    const list = within(screen.getByRole('list', { name: 'Damaged files' }));
    list.getByText('button-2.9.4.tgz');
    list.getByText('The file is gone from the disk.');
    screen.getByText(/3 files belong to no package any more/);
    expect(backend.requests('verify_storage')).toMatchObject([{ source: null }]);
  });

  it('shows how far the check has come, goes on elsewhere, and can be stopped', async () => {
    const { backend, user } = await open('storage', 'hosted', ({ hosting }) => {
      hosting.stepMillis = 20;
    });
    await user.click(button('Verify this registry'));
    await screen.findAllByText(/Verifying: 0\.\d of 1\.3 GB/);
    await user.click(button('Activity'));
    await user.click(await screen.findByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByText(/^Verifying/)).toBeNull());
    expect(backend.requests('cancel_operation')).toHaveLength(1);
    await openSource('settings', 'storage');
    await screen.findByText('You stopped before all was checked');
  });

  it('says so where all is well', async () => {
    const { user } = await open('storage');
    await user.click(button('Verify this registry'));
    await screen.findByText('Everything is as it was published');
    screen.getByText(/31 files checked/);
  });

  it('removes what no package needs', async () => {
    const { user } = await open('storage', 'hosted-damaged');
    await user.click(button('Remove unneeded files'));
    await screen.findByText('Removed 3 files, 1 MB');
  });
});
