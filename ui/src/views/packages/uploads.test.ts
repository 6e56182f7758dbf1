import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import type { OfferedFile } from '../../bindings';
import { Backend, refusal } from '../../dev/backend';
import { openSource } from '../../dev/hosting-screens';
import { scenes } from '../../dev/scenes';
import { button, openWindow } from '../../dev/window';
import { m } from '../../messages';
import { navigation } from '../../state/navigation.svelte';

const file = (name: string, size = 48_200_000): OfferedFile => ({
  offer: `offer-${name}`,
  name,
  size,
});

async function open(files: OfferedFile[], change: (backend: Backend) => void = () => {}) {
  const backend = scenes['packages']?.() ?? new Backend([]);
  backend.hosting.choice = files;
  change(backend);
  const user = await openWindow(backend);
  await openSource('packages');
  await screen.findByRole('row', { name: /design-tokens/ });
  return { backend, user, drop: () => backend.emit({ type: 'files_dropped', files }) };
}

const item = (name: string) =>
  screen.findByText(name).then((found) => found.closest('li') as HTMLElement);

describe('files that are published', () => {
  it('says where they will go while they are held over the window', async () => {
    const { backend } = await open([]);
    await backend.emit({ type: 'files_hover', over: true });
    await screen.findByText('Drop to publish to “design-system”');
    await backend.emit({ type: 'files_hover', over: false });
    await waitFor(() => expect(screen.queryByText(/^Drop to publish/)).toBeNull());
  });

  it('are sent when they are dropped, and appear in the list', async () => {
    const { backend, drop } = await open([file('spinner-1.2.0.tgz')]);
    await drop();
    await screen.findByText('Published as spinner 1.2.0');
    await screen.findByRole('row', { name: /spinner/ });
    expect(backend.requests('publish_files')).toMatchObject([
      { source: 'source-design-system', offers: ['offer-spinner-1.2.0.tgz'] },
    ]);
  });

  it('can be chosen in a dialog, and are dismissed afterwards', async () => {
    const { user } = await open([file('spinner-1.2.0.tgz')]);
    await user.click(button('Choose files…'));
    await screen.findByText('Published as spinner 1.2.0');
    await user.click(button('Dismiss spinner-1.2.0.tgz'));
    expect(screen.queryByText('Published as spinner 1.2.0')).toBeNull();
  });

  it('show how far they are, and can be cancelled', async () => {
    const { backend, drop, user } = await open([file('spinner-1.2.0.tgz')], ({ hosting }) => {
      hosting.stepMillis = 100;
    });
    await drop();
    await screen.findByText(/4\.8 of 48\.2 MB/);
    screen.getByRole('progressbar', { name: 'Upload of spinner-1.2.0.tgz' });
    await user.click(button('Cancel spinner-1.2.0.tgz'));
    await screen.findByText('Cancelled: nothing of it was published');
    expect(backend.requests('cancel_operation')).toHaveLength(1);
    expect(screen.queryByRole('row', { name: /spinner/ })).toBeNull();
  });

  it('have each a result: one that is refused does not hold up the others', async () => {
    const error = refusal({
      code: 'invalid',
      message: 'The package says it is called “button”, but the file is called “buton”.',
      hint: 'Pack it again with npm pack.',
      raw: 'package.json: name: button',
    });
    const files = [file('buton-1.0.0.tgz'), file('spinner-1.2.0.tgz')];
    const { drop, user } = await open(files, ({ hosting }) => {
      hosting.outcomes['buton-1.0.0.tgz'] = { outcome: 'failed', error };
    });
    await drop();
    await screen.findByText('1 published · 1 not published');
    const bad = within(await item('buton-1.0.0.tgz'));
    bad.getByText(error.message);
    bad.getByText('Pack it again with npm pack.');
    await user.click(bad.getByRole('button', { name: m.common.showRaw }));
    bad.getByText('package.json: name: button');
    await user.click(button('Dismiss finished'));
    expect(screen.queryByRole('list', { name: 'Uploads' })).toBeNull();
  });

  it('go nowhere while no registry is open, which is said', async () => {
    const { backend, drop } = await open([file('spinner-1.2.0.tgz')]);
    await navigation.go({ name: 'packages' });
    await drop();
    await screen.findByText('Open the registry that the files are for, then drop them again.');
    expect(backend.requests('publish_files')).toEqual([]);
  });

  it('go on while the person looks at something else, who hears of the end', async () => {
    const { drop } = await open([file('spinner-1.2.0.tgz')], ({ hosting }) => {
      hosting.stepMillis = 30;
    });
    await drop();
    await navigation.go({ name: 'packages' });
    await screen.findByText('1 file published to “design-system”', {}, { timeout: 5_000 });
  });
});

describe('the packages of a registry', () => {
  it('are found by name, and sorted as asked', async () => {
    const { backend, user } = await open([]);
    await user.type(screen.getByRole('searchbox', { name: /^Search the packages/ }), 'icon');
    await screen.findByText('1 package found');
    await user.clear(screen.getByRole('searchbox'));
    await user.selectOptions(screen.getByRole('combobox', { name: 'Sort by' }), 'downloads');
    await waitFor(() =>
      expect(backend.requests('list_packages').at(-1)).toMatchObject({
        search: '',
        sort: 'downloads',
      }),
    );
  });

  it('are shown with how to install the selected one', async () => {
    const { user } = await open([]);
    await user.click(screen.getByRole('row', { name: /@acme\/button/ }));
    const pane = await screen.findByRole('complementary');
    await within(pane).findByText(/npm install @acme\/button@2\.10\.1/);
    await user.click(button('Connect a client'));
    await within(pane).findByText('For any package of this registry');
  });
});
