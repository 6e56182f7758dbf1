import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import { Backend } from '../../dev/backend';
import { openImage, openRepositories, openTags } from '../../dev/images-screens';
import { scenes } from '../../dev/scenes';
import { MB } from '../../dev/transfers';
import {
  openCopy,
  openDeletion,
  openDownload,
  openTransfers,
  openUpload,
} from '../../dev/transfers-screens';
import { button, field, openWindow } from '../../dev/window';

async function start(name: string) {
  const backend = scenes[name]?.() ?? new Backend([]);
  return { backend, user: await openWindow(backend) };
}

const item = (name: string | RegExp) => within(screen.getByRole('listitem', { name }));

describe('the page of transfers', () => {
  it('shows bytes, rate and time left, and what was there already', async () => {
    const { user } = await start('transfers');
    await openTransfers(user);
    const row = await screen.findByRole('listitem', { name: 'Download · team/shop:4.2.0' });
    expect(row.textContent).toContain('57.3 of 148 MB · 11.4 MB/s · 8 seconds left');
    expect(row.textContent).toContain('12 MB were there already');
    const bar = within(row).getByRole('progressbar', { name: 'Progress of team/shop:4.2.0' });
    expect(bar).toHaveProperty('value', 57.3 * MB);
  });

  it('pauses, goes on, cancels and tries again', async () => {
    const { backend, user } = await start('transfers');
    await openTransfers(user);
    const name = 'Download · team/shop:4.2.0';
    await screen.findByRole('listitem', { name });
    for (const action of ['Pause', 'Go on', 'Cancel', 'Try again']) {
      await user.click(
        await item(name).findByRole('button', { name: `${action}: team/shop:4.2.0` }),
      );
    }
    const actions = backend.requests('control_transfer').map(({ action }) => action);
    expect(actions).toEqual(['pause', 'resume', 'cancel', 'retry']);
    item(name).getByText('Waiting for its turn');
  });

  it('says why one failed and what to do, and when another is tried again', async () => {
    const { backend, user } = await start('transfers');
    await openTransfers(user);
    await screen.findByRole('listitem', { name: /secret/ });
    item(/secret/).getByText('registry.example.com: the registry does not allow this.');
    item(/secret/).getByText(/^Ask whoever runs registry.example.com/);
    item(/postgres/).getByText('Broke; attempt 3 follows');
    item(/postgres/).getByText(/again in/);
    await user.click(item(/postgres/).getByRole('button', { name: /^Try now/ }));
    expect(backend.requests('control_transfer')[0]?.action).toBe('resume');
    await user.click(item(/secret/).getByRole('button', { name: /^Edit the registry/ }));
    await screen.findByRole('textbox', { name: 'Registry' });
  });

  it('opens the folder of a download, and clears what has ended', async () => {
    const { backend, user } = await start('transfers');
    await openTransfers(user);
    await user.click(await screen.findByRole('button', { name: /^Open the folder/ }));
    expect(backend.requests('open_transfer')).toHaveLength(1);
    await user.click(button('Clear finished'));
    await waitFor(() => expect(screen.queryByText('Done')).toBeNull());
    item(/secret/);
  });

  it('shows the image that an upload has put into a registry', async () => {
    const { backend, user } = await start('transfers');
    await openTransfers(user);
    await user.click(
      await screen.findByRole('button', { name: 'Show the image: team/shop:4.2.0' }),
    );
    await screen.findByRole('heading', { name: 'team/shop:4.2.0', level: 1 });
    expect(backend.requests('open_image')[0]?.image).toMatchObject({ reference: '4.2.0' });
  });

  it('follows what the shell says, from anywhere', async () => {
    const { backend, user } = await start('transfers');
    const [row] = backend.transfers.rows;
    if (!row) throw new Error('no row');
    await backend.emit({ type: 'transfer_changed', row });
    const bar = within(screen.getByRole('contentinfo'));
    await bar.findByRole('button', { name: '1 transfer, 38 %' });
    const digest = 'sha256:0';
    const at = new Date().toISOString();
    const state = { state: 'done', at, digest } as const;
    await backend.emit({ type: 'transfer_changed', row: { ...row, state } });
    await screen.findByText('Downloaded team/shop:4.2.0');
    await user.click(button('Show transfers'));
    await screen.findByRole('heading', { name: 'Transfers', level: 1 });
  });

  it('says what became of a file that could not be read', async () => {
    const { user } = await start('transfers-problem');
    await openTransfers(user);
    await screen.findByText(/was set aside as .*unreadable/);
    screen.getByText('Nothing is on its way');
  });

  it('is reached from the palette', async () => {
    const { user } = await start('transfers');
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByRole('combobox'), 'go to transfers{Enter}');
    await screen.findByRole('heading', { name: 'Transfers', level: 1 });
  });
});

describe('a download', () => {
  it('takes all platforms, or those that are chosen, into a folder', async () => {
    const { backend, user } = await start('transfers-empty');
    await openDownload(user);
    await waitFor(() => expect(field('Folder').value).toBe('/home/jane/Downloads/shop-4.2.0'));
    screen.getByText('3 platforms, at most 148 MB');
    await user.click(screen.getByRole('checkbox', { name: /^linux\/arm\/v7/ }));
    screen.getByText('2 platforms, at most 146 MB');
    screen.getByText(/^Of several platforms, but not all/);
    await user.click(button('Download'));
    await screen.findByText('team/shop:4.2.0 is being downloaded');
    expect(backend.requests('start_transfer')[0]).toMatchObject({
      from: { at: 'registry', repository: 'team/shop', reference: '4.2.0' },
      to: { at: 'file', form: 'folder', path: '/home/jane/Downloads/shop-4.2.0' },
      platforms: ['linux/amd64', 'linux/arm64/v8'],
      referrers: true,
    });
  });

  it('wants at least one platform', async () => {
    const { backend, user } = await start('transfers-empty');
    await openDownload(user);
    await user.click(await screen.findByRole('checkbox', { name: 'All 3 platforms' }));
    await user.click(button('Download'));
    await screen.findByText('Choose at least one platform.');
    expect(backend.requests('review_transfer')).toHaveLength(0);
  });

  it('becomes a file where the system’s dialog says', async () => {
    const { backend, user } = await start('transfers-empty');
    await openDownload(user);
    await user.click(screen.getByRole('radio', { name: 'Archive (tar)' }));
    await user.click(button('Choose…'));
    await waitFor(() => expect(field('File').value).toBe('/home/jane/shop-4.2.0.tar'));
    expect(backend.requests('choose_image_file')[0]?.purpose).toBe('save_archive');
  });

  it('shows at the field what is wrong with a path', async () => {
    const { backend, user } = await start('transfers-empty');
    backend.overrides.review_transfer = () => {
      const rest = { hint: null, retryable: false, raw: null };
      throw { code: 'invalid', message: 'This folder is taken.', field: 'folder', ...rest };
    };
    await openDownload(user);
    await user.click(button('Download'));
    await screen.findByText('This folder is taken.');
    expect(field('Folder').getAttribute('aria-invalid')).toBe('true');
  });
});

describe('a copy', () => {
  it('is proposed to go where the registry takes it, until the person says otherwise', async () => {
    const { user } = await start('transfers-empty');
    await openCopy(user);
    const registry = screen.getByRole('combobox', { name: 'Registry' });
    const options = within(registry).getAllByRole<HTMLOptionElement>('option');
    const limited = options.find(({ text }) => text.includes('ghcr.io/acme'))?.value ?? '';
    const free = options.find(({ text }) => text.includes('docker.io'))?.value ?? '';
    await user.selectOptions(registry, limited);
    expect(field('Repository').value).toBe('acme/shop');
    await user.selectOptions(registry, free);
    expect(field('Repository').value).toBe('team/shop');
    await user.clear(field('Repository'));
    await user.type(field('Repository'), 'mine/shop');
    await user.selectOptions(registry, limited);
    expect(field('Repository').value).toBe('mine/shop');
  });

  it('is begun at once where nothing has that name', async () => {
    const { backend, user } = await start('transfers-empty');
    await openCopy(user);
    await user.clear(field('Repository'));
    await user.type(field('Repository'), 'mirror/shop');
    await user.click(button('Copy'));
    await screen.findByText('team/shop:4.2.0 is being copied');
    const to = backend.requests('start_transfer')[0]?.to;
    expect(to).toMatchObject({ repository: 'mirror/shop', reference: '4.2.0' });
    // Its page says all that the message said, and must not lie under it.
    await openTransfers(user);
    await waitFor(() => expect(screen.queryByText('team/shop:4.2.0 is being copied')).toBeNull());
  });

  it('says before that the tag names another image, and asks again after a change', async () => {
    const { backend, user } = await start('transfers-taken');
    await openCopy(user);
    await user.click(button('Copy'));
    await screen.findByText('This tag is in use there');
    expect(backend.requests('start_transfer')).toHaveLength(0);
    await user.type(field('Tag'), '-b');
    expect(screen.queryByText('This tag is in use there')).toBeNull();
    await user.click(button('Copy'));
    await user.click(await screen.findByRole('button', { name: 'Copy and move the tag' }));
    await waitFor(() => expect(backend.requests('start_transfer')).toHaveLength(1));
  });
});

describe('an upload', () => {
  it('lists the images of a file, and takes the name of the chosen one', async () => {
    const { backend, user } = await start('transfers-several');
    await openUpload(user);
    await user.click(button('Choose…'));
    const images = await screen.findByRole('combobox', { name: 'Image' });
    expect(field('Repository').value).toBe('team/api');
    expect(field('Tag').value).toBe('2.0');
    await user.selectOptions(images, 'lab.example.com/team/web:1.4');
    expect(field('Tag').value).toBe('1.4');
    await user.click(button('Upload'));
    await screen.findByText(/is being uploaded/);
    expect(backend.requests('start_transfer')[0]?.from).toMatchObject({
      at: 'file',
      form: 'archive',
      image: 'lab.example.com/team/web:1.4',
    });
  });

  it('looks inside first, and says that nothing is there', async () => {
    const { user } = await start('transfers-empty');
    await openUpload(user);
    await user.click(button('Look inside'));
    await screen.findByText('Enter or choose a file.');
    await user.type(field('File'), '/home/jane/api.tar{Enter}');
    await screen.findByText('There is no image in it.');
  });

  it('begins with the repository whose page is shown', async () => {
    const { user } = await start('transfers-several');
    await openTags(user);
    await user.click(button('Upload…'));
    expect(field('Repository').value).toBe('team/shop');
  });
});

describe('a deletion', () => {
  it('names the tags that share the digest, and wants the tag typed', async () => {
    const { backend, user } = await start('transfers-empty');
    await openDeletion(user);
    const shared = within(screen.getByRole('list', { name: 'These tags mean the same image' }));
    expect(shared.getAllByRole('listitem')).toHaveLength(3);
    const confirm = screen.getByRole('button', { name: 'Delete' });
    expect(confirm).toHaveProperty('disabled', true);
    await user.type(field('Type 4.2.0 to confirm'), '4.2.0');
    await user.click(confirm);
    await screen.findByText('Deleted registry.example.com/team/shop:4.2.0');
    await screen.findByRole('heading', { name: 'team/shop', level: 1 });
    expect(backend.requests('delete_image')[0]).toMatchObject({ whole: false, typed: '4.2.0' });
    expect(backend.requests('list_tags').at(-1)?.refresh).toBe(true);
  });

  it('takes the whole image where that is chosen, and says why a registry refuses', async () => {
    const { backend, user } = await start('transfers-not-deleted');
    await openDeletion(user);
    await user.click(screen.getByRole('radio', { name: 'The image with all its tags' }));
    screen.getByText('3 other tags of it will be gone as well.');
    await user.type(field('Type 4.2.0 to confirm'), '4.2.0{Enter}');
    await screen.findByText('The registry does not offer deletion.');
    screen.getByText(/^Ask whoever runs the registry/);
    expect(backend.requests('delete_image')[0]?.whole).toBe(true);
  });

  it('can be asked for from the palette on an image’s page alone', async () => {
    const { user } = await start('transfers-empty');
    await openImage(user);
    await user.keyboard('{Control>}k{/Control}');
    await user.type(
      within(await screen.findByRole('dialog')).getByRole('combobox'),
      'this image: delete{Enter}',
    );
    await screen.findByRole('dialog', { name: 'Delete team/shop:4.2.0' });
  });
});

describe('a registry that asks for a pause', () => {
  it('has its time counted down, and then an offer to go on', async () => {
    const { backend, user } = await start('images-failed');
    const { fails } = backend.images;
    backend.images.fails = fails && { ...fails, seconds: 2 };
    await openRepositories(user);
    const timer = await screen.findByRole('timer');
    expect(timer.textContent).toMatch(/^It may be asked again in 0:0[12]\.$/);
    backend.images.fails = null;
    const goOn = await screen.findByRole('button', { name: 'Go on' }, { timeout: 4000 });
    screen.getByText('It may be asked again now.');
    await user.click(goOn);
    await screen.findByRole('button', { name: 'team/shop' });
  });

  it('is asked again for the pulls that are left', async () => {
    const { backend, user } = await start('images-no-list');
    const failed = scenes['images-failed']?.().images.fails ?? null;
    const { pulls } = backend.images;
    const failure = failed && { ...failed, seconds: 1 };
    backend.images.pulls = { ...pulls, known: false, limit: null, left: null, failure };
    await openRepositories(user);
    const goOn = await screen.findByRole('button', { name: 'Go on' }, { timeout: 4000 });
    backend.images.pulls = pulls;
    await user.click(goOn);
    await screen.findByText(/76 of 100 pulls left/);
  });
});

vi.setConfig({ testTimeout: 15_000 });
