import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { Backend } from '../../dev/backend';
import { scenes } from '../../dev/scenes';
import { button, field, openWindow } from '../../dev/window';
import { navigation } from '../../state/navigation.svelte';

async function open(scene = 'packages', change: (backend: Backend) => void = () => {}) {
  const backend = scenes[scene]?.() ?? new Backend([]);
  change(backend);
  const user = await openWindow(backend);
  await navigation.go({ name: 'packages' });
  await screen.findByRole('heading', { name: 'Packages', level: 1 });
  return { backend, user };
}

const names = () =>
  within(screen.getByRole('grid', { name: 'Packages' }))
    .getAllByRole('row')
    .slice(1)
    .map((row) => within(row).getAllByRole('gridcell')[0]?.querySelector('.title')?.textContent);

describe('the list of source registries', () => {
  it('says of each what it is, who may read it and what it holds', async () => {
    await open();
    const row = await screen.findByRole('row', { name: /Installers/ });
    const cells = within(row)
      .getAllByRole('gridcell')
      .map((cell) => cell.textContent.replaceAll(/\s+/g, ' ').trim());
    expect(cells).toEqual([
      '💿 Installers What customers download, for each release',
      'Files',
      'Public',
      '2',
      '6 days ago',
      '13,526',
      '306 MB',
    ]);
  });

  it('finds by words of the name and description, and shows one ecosystem', async () => {
    const { user } = await open();
    await user.type(
      await screen.findByRole('searchbox', { name: 'Search source registries' }),
      'data',
    );
    await waitFor(() => expect(names()).toEqual(['Data science']));
    await user.clear(screen.getByRole('searchbox'));
    await user.click(screen.getByRole('button', { name: /^npm/ }));
    await waitFor(() => expect(names()).toEqual(['design-system', 'Internal tools']));
  });

  it('sorts by what a heading says', async () => {
    const { user } = await open();
    const heading = await screen.findByRole('columnheader', { name: /^Downloads/ });
    await user.click(within(heading).getByRole('button'));
    await waitFor(() => expect(names()[0]).toBe('Sandbox'));
    await user.click(within(heading).getByRole('button'));
    await waitFor(() => expect(names()[0]).toBe('Internal tools'));
  });

  it('opens a registry from the keyboard', async () => {
    const { user } = await open();
    await user.click(await screen.findByRole('searchbox'));
    await user.keyboard('{ArrowDown}{ArrowDown}{Enter}');
    await screen.findByRole('heading', { name: 'design-system', level: 1 });
  });

  it('follows what happens elsewhere', async () => {
    const { backend } = await open();
    await screen.findByRole('row', { name: /Sandbox/ });
    const gone = backend.hosting.kept.find(({ details }) => details.row.name === 'Sandbox');
    backend.hosting.kept = backend.hosting.kept.filter((kept) => kept !== gone);
    await backend.hosting.changed(gone?.details.row.id ?? '');
    await waitFor(() => expect(screen.queryByRole('row', { name: /Sandbox/ })).toBeNull());
  });

  it('teaches where there is nothing yet', async () => {
    const { user } = await open('packages-none');
    await screen.findByText('Host your own packages');
    await user.click(screen.getAllByRole('button', { name: 'New registry' })[0] as HTMLElement);
    await screen.findByRole('heading', { name: 'New registry' });
  });

  it('says why nobody can install, and turns hosting on again', async () => {
    const { backend, user } = await open('packages', ({ hosting, settings }) => {
      settings.hosting = false;
      hosting.status = { ...hosting.status, server: { state: 'off' } };
    });
    await screen.findByText(/find nothing at their addresses/);
    await user.click(button('Turn it on'));
    await waitFor(() => expect(backend.settings.hosting).toBe(true));
  });
});

describe('a new source registry', () => {
  async function create() {
    const opened = await open();
    await opened.user.click(button('New registry'));
    await screen.findByRole('heading', { name: 'New registry' });
    return opened;
  }

  it('shows the address while the name is typed, and says when it is taken', async () => {
    const { user } = await create();
    await user.type(field('Name'), 'Mobile apps');
    await screen.findByText('http://127.0.0.1:4747/local/mobile-apps');
    await user.clear(field('Name'));
    await user.type(field('Name'), 'Design system');
    await screen.findByText('There is already a registry called “design-system”.');
  });

  it('sends what was chosen, and leads to how to publish', async () => {
    const { backend, user } = await create();
    await user.type(field('Name'), 'Mobile apps');
    await user.click(screen.getByRole('radio', { name: /^Files/ }));
    await user.click(button('🚀'));
    await user.click(button('Create registry'));
    await screen.findByRole('heading', { name: 'Mobile apps', level: 1 });
    expect(backend.requests('create_source')).toEqual([
      { name: 'Mobile apps', description: '', ecosystem: 'files', emoji: '🚀', color: null },
    ]);
    screen.getByRole('tab', { name: 'Publish', selected: true });
  });

  it('creates nothing without a name, and goes back to the field', async () => {
    const { backend, user } = await create();
    await user.click(button('Create registry'));
    await screen.findByText('The name is empty.');
    expect(document.activeElement).toBe(field('Name'));
    expect(backend.requests('create_source')).toEqual([]);
  });

  it('asks before it forgets what was typed', async () => {
    const { user } = await create();
    await user.type(field('Name'), 'Mobile');
    await user.click(button('Cancel'));
    await user.click(await screen.findByRole('button', { name: 'Keep editing' }));
    expect(field('Name').value).toBe('Mobile');
  });
});
