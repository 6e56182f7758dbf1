import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { Backend } from '../../dev/backend';
import {
  openComparison,
  openImage,
  openPicker,
  openRepositories,
  openTags,
} from '../../dev/images-screens';
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

  it('is compared with one of another registry, which is chosen or typed', async () => {
    const { backend, user } = await start('images');
    await openPicker(user);
    const registry = screen.getByRole('combobox', { name: 'Registry' });
    const other = within(registry).getAllByRole<HTMLOptionElement>('option')[1];
    await user.selectOptions(registry, other?.value ?? '');
    await waitFor(() =>
      expect(backend.requests('list_repositories').at(-1)?.registry).toBe(other?.value),
    );
    const repository = screen.getByRole('combobox', { name: 'Repository' });
    await user.clear(repository);
    await user.type(repository, 'API');
    await user.keyboard('{ArrowDown}{Enter}');
    expect(repository).toHaveProperty('value', 'team/api');
    await user.type(screen.getByRole('combobox', { name: 'Tag or digest' }), '2.0');
    await user.keyboard('{Enter}');
    await screen.findByRole('heading', { name: 'Compare images', level: 1 });
    const { platforms, imageDigest } = backend.images.image;
    expect(platforms.length).toBeGreaterThan(1);
    expect(backend.requests('compare_images')[0]).toMatchObject({
      left: { repository: 'team/shop', reference: '4.2.0', platform: imageDigest },
      right: { registry: other?.value, repository: 'team/api', reference: '2.0', platform: null },
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
    screen.getByText(
      /^71 MB of layers in common, 96 % of the right image\. The right one is 3\d\d kB larger\.$/,
    );
    expect(screen.getAllByText('In both')).toHaveLength(2);
    expect(screen.getAllByText('Only left')).toHaveLength(1);
    const user_ = screen.getByRole('row', { name: /^User/ });
    expect(user_.textContent).toContain('not set');
    await user.click(button('Swap sides'));
    await waitFor(() => expect(backend.requests('compare_images')).toHaveLength(2));
    expect(backend.requests('compare_images')[1]?.left.reference).toBe('4.2.0');
  });

  it('are chosen anew on either side, and for another platform', async () => {
    const { backend, user } = await start('images');
    await openComparison(user);
    const platform = screen.getByRole('combobox', { name: 'Platform on the left' });
    await user.selectOptions(platform, 'linux/arm64/v8');
    await waitFor(() => expect(backend.requests('compare_images')).toHaveLength(2));
    const wanted = backend.images.sides.left.platforms[1]?.digest;
    expect(backend.requests('compare_images')[1]?.left.platform).toBe(wanted);
    await user.click(button('Change the image on the left'));
    const tag = await screen.findByRole('combobox', { name: 'Tag or digest' });
    expect(tag).toHaveProperty('value', '4.1.0');
    await user.clear(tag);
    await user.type(tag, 'nightly{Enter}');
    await waitFor(() => expect(backend.requests('compare_images')).toHaveLength(3));
    const [, , last] = backend.requests('compare_images');
    expect([last?.left.reference, last?.right.reference]).toEqual(['nightly', '4.2.0']);
  });

  it('say on its side which of them cannot be read, and keep the other', async () => {
    const { backend, user } = await start('images-missing');
    await openPicker(user);
    await user.type(screen.getByRole('combobox', { name: 'Tag or digest' }), '9.9{Enter}');
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('It could not be read');
    screen.getByText('There is nothing to compare until both can be read.');
    screen.getByText('3 layers, 73.9 MB');
    backend.images.missing = [];
    await user.click(within(alert).getByRole('button', { name: 'Try again' }));
    await screen.findByRole('heading', { name: 'Set differently' });
  });
});

describe('the dialog for the other image', () => {
  const combobox = (name: string) => screen.getByRole('combobox', { name });

  it('has what is known at hand, by keyboard and mouse', async () => {
    const { user } = await start('images');
    await openPicker(user);
    const tag = combobox('Tag or digest');
    await waitFor(() => expect(document.activeElement).toBe(tag));
    await user.keyboard('{ArrowDown}');
    await waitFor(() =>
      expect(screen.getAllByRole('option', { name: /^(\d|latest)/ })).toHaveLength(5),
    );
    await user.keyboard('{ArrowUp}');
    expect(screen.getByRole('option', { selected: true, name: 'nightly' }).id).toBe(
      tag.getAttribute('aria-activedescendant'),
    );
    await user.keyboard('{Escape}');
    expect(tag.getAttribute('aria-expanded')).toBe('false');
    screen.getByRole('dialog', { name: 'Compare with another image' });
    await user.type(tag, 'RC');
    await user.click(screen.getByRole('option', { name: '4.2.0-rc1' }));
    expect(tag).toHaveProperty('value', '4.2.0-rc1');
  });

  it('says what is missing and what is no name, at the field', async () => {
    const { backend, user } = await start('images');
    await openPicker(user);
    await user.click(button('Compare'));
    screen.getByText('Enter a tag or a digest.');
    await user.type(combobox('Tag or digest'), '1');
    await user.clear(combobox('Repository'));
    await user.type(combobox('Repository'), 'Team App');
    await user.click(button('Compare'));
    await screen.findByText(/^This is no repository’s name.*Type it as it stands/);
    expect(combobox('Repository').getAttribute('aria-invalid')).toBe('true');
    expect(backend.requests('compare_images')).toHaveLength(0);
  });

  it('takes a whole name apart, and the registry of its host', async () => {
    const { backend, user } = await start('images');
    await openPicker(user);
    const other = backend.records.filter(({ row }) => row.kind === 'container')[1]?.row;
    await user.clear(combobox('Repository'));
    await user.type(combobox('Repository'), `${other?.url.split('/')[0]}/a/b:1.2`);
    await user.tab();
    expect(combobox('Registry')).toHaveProperty('value', other?.id);
    expect(combobox('Repository')).toHaveProperty('value', 'a/b');
    expect(combobox('Tag or digest')).toHaveProperty('value', '1.2');
  });
});
