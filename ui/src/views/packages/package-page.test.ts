import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import { Backend, refusal } from '../../dev/backend';
import { openChart, openImage, openPackage, openPlatforms } from '../../dev/hosting-screens';
import { source } from '../../dev/hosting-data';
import { digestOf } from '../../dev/images-data';
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

  it('shows only the checksums that a layer has', async () => {
    const backend = scenes['packages-image']?.() ?? new Backend([]);
    const user = await openWindow(backend);
    await openImage();
    await user.click(screen.getByRole('tab', { name: /^Files/ }));
    const layer = await screen.findByText('layer-01.tar.gz');
    const item = within(layer.closest('li') ?? document.body);
    await user.click(item.getByRole('button', { name: 'Checksums' }));
    const copies = item.getAllByRole('button', { name: /^Copy / });
    expect(copies.map((copy) => copy.getAttribute('aria-label'))).toEqual([
      'Copy SHA-256 of layer-01.tar.gz',
    ]);
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
    await openImage();
    const header = document.querySelector('section[aria-labelledby="package-title"] > header');
    expect(header?.textContent?.match(/1\.0/g)).toHaveLength(1);
    await screen.findByRole('tab', { name: /^Versions/ });
    expect(screen.queryByRole('tab', { name: /Dependencies/ })).toBeNull();
  });

  async function withBelonging() {
    const backend = scenes['packages-image']?.() ?? new Backend([]);
    const user = await openWindow(backend);
    await openImage();
    return { backend, user };
  }

  it('lists what belongs to it, and not among its versions', async () => {
    const { user } = await withBelonging();
    const list = within(screen.getByRole('list', { name: 'Belongs to it' }));
    list.getByText('List of contents (SBOM)');
    list.getByText('Signature');
    list.getByText('application/spdx+json');
    expect(list.getAllByText(/^sha256:/)).toHaveLength(2);
    await user.click(screen.getByRole('tab', { name: 'Versions 1' }));
    const rows = within(screen.getByRole('table')).getAllByRole('row');
    expect(rows).toHaveLength(2);
  });

  it('shows what belongs to it as that, and the way back', async () => {
    const { user } = await withBelonging();
    await user.click(button(/^Show Signature: sha256:/));
    await screen.findByText(/^Signature of 1\.0 · sha256:/);
    const select = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Choose a version' });
    expect(select.selectedOptions[0]?.textContent).toMatch(/^Signature · sha256:/);
    expect(screen.queryByText(/docker pull/)).toBeNull();
    screen.getByText('No signatures, lists of contents or attestations were found.');
    await user.click(button('Show the image'));
    await screen.findByText(/docker pull/);
    expect(screen.queryByText(/^Signature of/)).toBeNull();
  });

  it('says before it is deleted what goes with it', async () => {
    const { backend, user } = await withBelonging();
    await user.click(button(/^Delete sha256:/));
    const question = await dialog();
    question.getByText('2 versions that belong to it go as well');
    question.getByText('It is the only version: the package leaves the registry.');
    await user.click(question.getByRole('button', { name: 'Delete' }));
    await screen.findByRole('heading', { name: 'Team images', level: 1 });
    expect(backend.hosting.find('source-team-images').packages).toEqual([]);
  });

  it('keeps the image when its signature is deleted', async () => {
    const { backend, user } = await withBelonging();
    await user.click(button(/^Show Signature: sha256:/));
    await screen.findByText(/^Signature of 1\.0/);
    await user.click(button(/^Delete sha256:/));
    const question = await dialog();
    expect(question.queryByText(/only version|belongs? to it/)).toBeNull();
    await user.click(question.getByRole('button', { name: 'Delete' }));
    await waitFor(() => expect(screen.queryByText(/^Signature of/)).toBeNull());
    screen.getByRole('heading', { name: 'team/app', level: 1 });
    const [app] = backend.hosting.find('source-team-images').packages;
    expect(app?.versions).toHaveLength(2);
  });

  it('says of what belongs to nothing here what it is', async () => {
    const backend = scenes['packages-image']?.() ?? new Backend([]);
    const [app] = backend.hosting.find('source-team-images').packages;
    if (app) app.versions = app.versions.slice(-1).map((one) => ({ ...one, subject: null }));
    const user = await openWindow(backend);
    await openImage();
    await screen.findByText('Signature of an image that is not here');
    await user.click(screen.getByRole('tab', { name: /^Versions/ }));
    within(screen.getByRole('table')).getByText('Signature');
  });
});

describe('the page of an image for several platforms', () => {
  async function withPlatforms(lost: string | null = null) {
    const backend = scenes['packages-platforms']?.() ?? new Backend([]);
    backend.hosting.lost = lost;
    const user = await openWindow(backend);
    await openPlatforms();
    await user.click(screen.getByRole('tab', { name: 'Image' }));
    await screen.findByRole('combobox', { name: 'Platform' });
    return { backend, user };
  }
  const platform = () => screen.getByRole<HTMLSelectElement>('combobox', { name: 'Platform' });

  it('is one version, drawn layer by layer', async () => {
    const { user } = await withPlatforms();
    within(screen.getByRole('list', { name: 'Layers' })).getByText(/COPY nginx\.conf/);
    screen.getByText('NGINX_VERSION');
    screen.getByRole('region', { name: 'How the image was made' });
    await user.click(screen.getByRole('tab', { name: 'Versions 1' }));
  });

  it('shows another platform on request', async () => {
    const { backend, user } = await withPlatforms();
    const [amd, arm] = platform().options;
    expect([amd?.text, arm?.text]).toEqual(['linux/amd64', 'linux/arm64/v8']);
    within(screen.getByRole('list', { name: 'Attestations' })).getByText('Attestation');
    await user.selectOptions(platform(), arm?.value ?? '');
    await waitFor(() => expect(backend.requests('open_package_image')).toHaveLength(2));
    expect(backend.requests('open_package_image')[1]?.platform).toBe(arm?.value);
    await waitFor(() => expect(platform().value).toBe(arm?.value));
    // A build without a record of it.
    await waitFor(() => expect(screen.queryByRole('list', { name: 'Attestations' })).toBeNull());
  });

  it('shows the manifest of the image, and that of the index', async () => {
    const { backend, user } = await withPlatforms();
    await user.click(button('Show the manifest'));
    await screen.findByRole('region', { name: 'Manifest, as the registry has it' });
    await user.click(screen.getByRole('radio', { name: 'Of the index' }));
    await waitFor(() => expect(backend.requests('package_manifest')).toHaveLength(2));
    const asked = backend.requests('package_manifest').map(({ version }) => version);
    expect(asked).toEqual([platform().value, digestOf('index')]);
  });

  it('goes to what belongs to a platform, and back', async () => {
    const { user } = await withPlatforms();
    await user.click(button(/^Show Attestation: sha256:/));
    await screen.findByText(/^Part of 4\.2\.0, latest · sha256:/);
    expect(screen.queryByRole('combobox', { name: 'Platform' })).toBeNull();
    await user.click(button('Show the image'));
    await screen.findByRole('combobox', { name: 'Platform' });
  });

  it('says that the image of a platform was deleted, and still shows the others', async () => {
    const { user } = await withPlatforms(digestOf('amd64'));
    screen.getByText(/The image for this platform is no longer here/);
    expect(screen.queryByRole('list', { name: 'Layers' })).toBeNull();
    await user.selectOptions(platform(), digestOf('arm64'));
    await screen.findByRole('list', { name: 'Layers' });
  });

  it('says why it cannot be read, and tries again', async () => {
    const backend = scenes['packages-platforms']?.() ?? new Backend([]);
    const user = await openWindow(backend);
    await openPlatforms();
    backend.overrides.open_package_image = () => {
      throw refusal({ message: 'This file was found damaged.', retryable: true });
    };
    await user.click(screen.getByRole('tab', { name: 'Image' }));
    await screen.findByText('This file was found damaged.');
    backend.overrides = {};
    await user.click(button('Try again'));
    await screen.findByRole('list', { name: 'Layers' });
  });

  it('is downloaded as an image, all of it', async () => {
    const { backend, user } = await withPlatforms();
    await user.click(button('Download…'));
    const asked = await dialog();
    asked.getByRole('heading', { name: 'Download team/shop:4.2.0' });
    await waitFor(() => expect(backend.requests('read_movable')).toHaveLength(1));
    expect(backend.requests('read_movable')[0]?.from).toEqual({
      at: 'registry',
      registry: 'source-team-images',
      repository: 'local/team-images/team/shop',
      reference: '4.2.0',
    });
    await user.click(asked.getByRole('button', { name: 'Download' }));
    await waitFor(() => expect(backend.requests('start_transfer')).toHaveLength(1));
    const to = backend.requests('start_transfer')[0]?.to;
    expect(to).toMatchObject({ at: 'file', path: '/home/jane/Downloads/shop-4.2.0' });
  });

  it('is copied to a registry elsewhere, or to another one here', async () => {
    const { backend, user } = await withPlatforms();
    const mirror = source('Mirror', 'container');
    const other = source('Scripts', 'files');
    backend.hosting.kept.push({ details: mirror, packages: [] }, { details: other, packages: [] });
    await user.click(button('Copy to…'));
    const asked = await dialog();
    const registry = await asked.findByRole<HTMLSelectElement>('combobox', { name: 'Registry' });
    const names = () => [...registry.options].map(({ text }) => text);
    await waitFor(() => expect(names()).toContain('Mirror (127.0.0.1:4747/local/mirror)'));
    expect(names().join()).not.toContain('Scripts');
    expect(field('Repository').value).toBe('team/shop');
    await user.selectOptions(registry, mirror.row.id);
    expect(field('Repository').value).toBe('local/mirror/shop');
    await user.click(asked.getByRole('button', { name: 'Copy' }));
    await waitFor(() => expect(backend.requests('start_transfer')).toHaveLength(1));
    expect(backend.requests('start_transfer')[0]?.to).toMatchObject({ registry: mirror.row.id });
  });

  it('is compared with another image', async () => {
    const { user } = await withPlatforms();
    await user.click(button('Compare with…'));
    const asked = await dialog();
    await user.type(asked.getByRole('combobox', { name: 'Tag or digest' }), '4.1.0');
    await user.click(asked.getByRole('button', { name: 'Compare' }));
    await screen.findByRole('heading', { name: 'Compare images', level: 1 });
  });
});

describe('a registry for images', () => {
  it.each([
    ['shop:1.2', 'local/team-images/shop', '1.2'],
    ['registry.example.com/team/shop:1.2', 'local/team-images/shop', '1.2'],
    // A folder knows but the tag.
    ['1.2', 'local/team-images/', '1.2'],
  ])('takes %s from a file under the name that it has there', async (name, place, tag) => {
    const backend = scenes['packages-platforms']?.() ?? new Backend([]);
    backend.transfers.inFile = [{ name, digest: digestOf('index'), platforms: [], size: null }];
    const user = await openWindow(backend);
    await navigation.go({ name: 'source', id: 'source-team-images', tab: 'packages' });
    await user.click(await screen.findByRole('button', { name: 'Upload an image…' }));
    const asked = await dialog();
    const repository = () => asked.getByRole<HTMLInputElement>('textbox', { name: 'Repository' });
    await waitFor(() => expect(repository().value).toBe('local/team-images/'));
    await user.click(asked.getByRole('button', { name: 'Choose…' }));
    await waitFor(() =>
      expect(asked.getByRole('textbox', { name: 'Tag' })).toHaveProperty('value', tag),
    );
    expect(repository().value).toBe(place);
  });
});

describe('the page of a Helm chart', () => {
  it('shows the readme that the chart brings along', async () => {
    await openWindow(scenes['packages-chart']?.() ?? new Backend([]));
    await openChart();
    screen.getByRole('heading', { name: 'Cache' });
    screen.getByText('near');
    expect(screen.queryByRole('heading', { name: 'Belongs to it' })).toBeNull();
  });
});
