import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import { Backend } from '../../dev/backend';
import { openPackage } from '../../dev/hosting-screens';
import { scenes } from '../../dev/scenes';
import { button, field, openWindow } from '../../dev/window';
import { navigation } from '../../state/navigation.svelte';

async function open() {
  const backend = scenes['packages']?.() ?? new Backend([]);
  const user = await openWindow(backend);
  await openPackage();
  return { backend, user };
}

const dialog = async () => within(await screen.findByRole('dialog'));

describe('the page of a package', () => {
  it('says how to install it, what it is, and what its readme says', async () => {
    await open();
    await screen.findByText(/npm install @acme\/button@2\.10\.1/);
    screen.getByRole('heading', { name: 'Use' });
    screen.getByText('MIT');
    screen.getByText('1,904, 9,239 of all versions');
  });

  it('shows the checksums of a file, and copies one', async () => {
    const { user } = await open();
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    await user.click(screen.getByRole('tab', { name: /^Files/ }));
    const copy = await screen.findByRole('button', { name: /SHA-256 of button-2\.10\.1\.tgz/ });
    await user.click(copy);
    expect(write).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^[0-9a-f]{64}$/));
  });

  it('downloads its file and says where it lies', async () => {
    const { user } = await open();
    await user.click(button('Download'));
    await screen.findByText('Saved as /home/jane/Downloads/button-2.10.1.tgz');
  });

  it('shows another version on request', async () => {
    const { user } = await open();
    const select = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Choose a version' });
    const other = select.options[select.options.length - 1]?.value ?? '';
    await user.selectOptions(select, other);
    await screen.findByRole('button', { name: `Delete ${other}…` });
  });

  it('withdraws a version with a reason, and takes that back', async () => {
    const { backend, user } = await open();
    await user.click(button('Withdraw…'));
    await user.click((await dialog()).getByRole('button', { name: 'Withdraw' }));
    await screen.findByText('Say why: npm shows nothing but this.');
    await user.type(field('Reason'), 'Use 2.10.0');
    await user.click((await dialog()).getByRole('button', { name: 'Withdraw' }));
    await screen.findByText('This version has been withdrawn');
    await user.click(button('Restore'));
    await waitFor(() => expect(screen.queryByText('This version has been withdrawn')).toBeNull());
    expect(backend.requests('withdraw_version').map(({ reason }) => reason)).toEqual([
      'Use 2.10.0',
      null,
    ]);
  });

  it('copies a version to another registry of its kind', async () => {
    const { backend, user } = await open();
    await user.click(button('Copy to…'));
    await user.click((await dialog()).getByRole('button', { name: 'Copy' }));
    await screen.findByText('Copied 2.10.1 to “Internal tools”');
    expect(backend.requests('copy_package')).toMatchObject([{ version: '2.10.1' }]);
  });

  it('deletes one version once that is confirmed, and shows what is left', async () => {
    const { backend, user } = await open();
    await user.click(button('Delete 2.10.1…'));
    await user.click((await dialog()).getByRole('button', { name: 'Cancel' }));
    expect(backend.requests('delete_package')).toEqual([]);
    await user.click(button('Delete 2.10.1…'));
    await user.click((await dialog()).getByRole('button', { name: 'Delete' }));
    await screen.findByText('Deleted @acme/button 2.10.1');
    await waitFor(() =>
      expect(screen.queryByRole('button', { name: 'Delete 2.10.1…' })).toBeNull(),
    );
    screen.getByRole('heading', { name: '@acme/button', level: 1 });
  });

  it('deletes the package with all its versions, and goes back to the registry', async () => {
    const { user } = await open();
    await user.click(button('Delete the package…'));
    const question = await dialog();
    question.getByText('5 versions');
    await user.click(question.getByRole('button', { name: 'Delete' }));
    await screen.findByRole('heading', { name: 'design-system', level: 1 });
    await waitFor(() => expect(screen.queryByRole('row', { name: /@acme\/button/ })).toBeNull());
  });

  it('says that it has been deleted elsewhere', async () => {
    const { backend } = await open();
    const kept = backend.hosting.find('source-design-system');
    kept.packages = kept.packages.filter(({ name }) => name !== '@acme/button');
    await backend.hosting.changed('source-design-system');
    await screen.findByText('There is no package “@acme/button” any more.');
    button('Back to the registry');
  });
});

describe('the page of an image in a source registry', () => {
  it('names each tag once, and counts no dependencies', async () => {
    const backend = scenes['packages-image']?.() ?? new Backend([]);
    await openWindow(backend);
    const source = 'source-team-images';
    await navigation.go({ name: 'package', source, package: 'team/app', version: null });
    await screen.findByRole('heading', { name: 'About this version' });
    const header = document.querySelector('section[aria-labelledby="package-title"] > header');
    expect(header?.textContent?.match(/1\.0/g)).toHaveLength(1);
    await screen.findByRole('tab', { name: /^Versions/ });
    expect(screen.queryByRole('tab', { name: /Dependencies/ })).toBeNull();
  });
});
