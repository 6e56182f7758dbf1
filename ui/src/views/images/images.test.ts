import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { Backend } from '../../dev/backend';
import { openComparison, openImage, openRepositories, openTags } from '../../dev/images-screens';
import { scenes } from '../../dev/scenes';
import { button, field, openWindow } from '../../dev/window';

async function start(name: string) {
  const backend = scenes[name]?.() ?? new Backend([]);
  return { backend, user: await openWindow(backend) };
}

const rows = (name: string) =>
  within(screen.getByRole('grid', { name }))
    .getAllByRole('row')
    .slice(1)
    .map((row) => row.querySelector('[role=gridcell]')?.textContent?.trim());

describe('the repositories', () => {
  it('are listed, searched and opened', async () => {
    const { user } = await start('images');
    await openRepositories(user);
    await waitFor(() => expect(rows('Repositories')).toHaveLength(4));
    await user.type(screen.getByRole('searchbox'), 'shop');
    expect(rows('Repositories')).toEqual(['team/shop', 'team/shop-worker']);
    screen.getByText('2 of 4 repositories');
    await user.click(button('team/shop-worker'));
    await screen.findByRole('heading', { name: 'team/shop-worker', level: 1 });
  });

  it('are opened by the keyboard, and Escape leads back to where one was', async () => {
    const { user } = await start('images');
    await openRepositories(user);
    await screen.findByRole('grid', { name: 'Repositories' });
    await user.click(screen.getByRole('searchbox'));
    await user.keyboard('{ArrowDown}');
    await waitFor(() => expect(document.activeElement?.getAttribute('role')).toBe('row'));
    await user.keyboard('{ArrowDown}{Enter}');
    await screen.findByRole('heading', { name: /^(infra|team)\//, level: 1 });
    await user.keyboard('{Escape}');
    await screen.findByRole('heading', { name: 'Images in Lab', level: 1 });
    await waitFor(() => expect(document.activeElement?.getAttribute('role')).toBe('row'));
  });

  it('are opened by name where there is no list; what was opened is at hand', async () => {
    const { backend, user } = await start('images-no-list');
    await openRepositories(user);
    await screen.findByText('This registry offers no list');
    screen.getByText(/76 of 100 pulls left on Docker Hub in 6 hours, counted for 192.0.2.1/);
    await user.click(button('Forget library/nginx'));
    await waitFor(() => expect(screen.queryByText('library/nginx')).toBeNull());
    await user.type(field('Repository'), 'library/redis{Enter}');
    await screen.findByRole('heading', { name: 'library/redis', level: 1 });
    expect(backend.requests('list_tags')[0]?.repository).toBe('library/redis');
    await user.click(button('Repositories'));
    await screen.findByRole('button', { name: 'library/redis' });
  });

  it('say why they could not be listed, what to do, and are tried again', async () => {
    const { backend, user } = await start('images-failed');
    await openRepositories(user);
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('The repositories could not be listed');
    expect(alert.textContent).toMatch(/asked again in 1:(30|29|28)/);
    backend.images.fails = null;
    await user.click(within(alert).getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(rows('Repositories')).toHaveLength(4));
  });

  it('can be stopped while they are read', async () => {
    const { user } = await start('images-slow');
    await openRepositories(user);
    await screen.findByText(/^Reading… 1,000 repositories so far/, {}, { timeout: 4000 });
    await user.click(button('Stop'));
    await screen.findByText('Stopped.', {}, { timeout: 4000 });
  });

  it('are some rows of thousands', async () => {
    const { user } = await start('images-huge');
    await openRepositories(user);
    await screen.findByText('10,000 repositories');
    expect(rows('Repositories').length).toBeLessThan(60);
    screen.getByText(/^The registry has more than are shown/);
  });
});

describe('the tags', () => {
  it('are filtered and put in order by the shell', async () => {
    const { backend, user } = await start('images');
    await openTags(user);
    await waitFor(() => expect(rows('Tags')).toHaveLength(6));
    await user.type(screen.getByRole('searchbox'), 'rc');
    await waitFor(() => expect(rows('Tags')).toEqual(['4.2.0-rc1']));
    await user.selectOptions(screen.getByRole('combobox', { name: 'Order' }), 'newest');
    await screen.findByRole('columnheader', { name: 'Created' });
    expect(backend.requests('list_tags').at(-1)).toMatchObject({
      filter: 'rc',
      order: 'newest',
      refresh: false,
    });
  });

  it('are marked by Space and compared', async () => {
    const { backend, user } = await start('images');
    await openTags(user);
    await screen.findByRole('grid', { name: 'Tags' });
    await user.click(screen.getByRole('searchbox'));
    await user.keyboard('{ArrowDown}');
    await waitFor(() => expect(document.activeElement?.getAttribute('role')).toBe('row'));
    const first = document.activeElement;
    await user.keyboard(' {ArrowDown}');
    await waitFor(() => expect(document.activeElement).not.toBe(first));
    await user.keyboard(' ');
    await user.click(await screen.findByRole('button', { name: /^Compare 4/ }));
    await screen.findByRole('heading', { name: 'Compare images', level: 1 });
    expect(backend.requests('compare_images')).toHaveLength(1);
  });
});

describe('an image', () => {
  it('shows its layers, how it runs, what belongs to it, and how it is pulled', async () => {
    const { user } = await start('images');
    await openImage(user);
    const layers = within(screen.getByRole('list', { name: 'Layers' })).getAllByRole('listitem');
    expect(layers).toHaveLength(5);
    expect(layers[1]?.textContent).toContain('Layer 2, 41.9 MB, 56 % of the image');
    screen.getByText('74.2 MB in 5 layers');
    screen.getByText('["nginx","-g","daemon off;"]');
    const belongs = within(screen.getByRole('list', { name: 'Belongs to it' }));
    belongs.getByText('Signature');
    belongs.getByText('List of contents (SBOM)');
    screen.getByText(/^docker pull registry/);
  });

  it('is shown for another platform', async () => {
    const { backend, user } = await start('images');
    await openImage(user);
    const platform = screen.getByRole('combobox', { name: 'Platform' });
    await user.selectOptions(platform, 'linux/arm64/v8');
    await waitFor(() => expect(backend.requests('open_image')).toHaveLength(2));
    const wanted = backend.images.image.platforms[1]?.digest;
    expect(backend.requests('open_image')[1]?.image.platform).toBe(wanted);
  });

  it('has a pull secret that the window never holds', async () => {
    const { backend, user } = await start('images');
    await openImage(user);
    await user.click(button('Copy the secret'));
    await screen.findByText(/cleared after 45 seconds/);
    expect(backend.requests('copy_pull_secret')).toHaveLength(1);
  });

  it('shows the manifest in colours, of the image or of its index', async () => {
    const { backend, user } = await start('images');
    await openImage(user);
    await user.click(button('Show the manifest'));
    const shown = await screen.findByRole('region', { name: /^Manifest/ });
    expect(shown.querySelector('.key')?.textContent).toBe('"schemaVersion"');
    await user.click(screen.getByRole('radio', { name: 'Of the index' }));
    await waitFor(() => expect(backend.requests('raw_manifest')).toHaveLength(2));
    const { digest } = backend.images.image;
    expect(backend.requests('raw_manifest')[1]?.platform).toBe(digest);
  });

  it('is compared with another that is typed', async () => {
    const { backend, user } = await start('images');
    await openImage(user);
    await user.type(field('Tag or digest'), 'team/api:2.0{Enter}');
    await screen.findByRole('heading', { name: 'Compare images', level: 1 });
    expect(backend.requests('compare_images')[0]?.right).toMatchObject({
      repository: 'team/api',
      reference: '2.0',
    });
  });

  it('says that an artifact is none', async () => {
    const { user } = await start('images-artifact');
    await openImage(user);
    screen.getByText(/^This is no image to be run/);
    screen.getByText('No signatures, lists of contents or attestations were found.');
  });
});

describe('two images', () => {
  it('stand side by side, layer by layer', async () => {
    const { backend, user } = await start('images');
    await openComparison(user);
    screen.getByText('71 MB of layers in common, 96 % of the right image.');
    expect(screen.getAllByText('In both')).toHaveLength(2);
    expect(screen.getAllByText('Only left')).toHaveLength(1);
    const user_ = screen.getByRole('row', { name: /^User/ });
    expect(user_.textContent).toContain('not set');
    await user.click(button('Swap sides'));
    await waitFor(() => expect(backend.requests('compare_images')).toHaveLength(2));
    expect(backend.requests('compare_images')[1]?.left.reference).toBe('4.2.0');
  });
});
