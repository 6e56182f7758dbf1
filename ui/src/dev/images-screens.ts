/** How to get to every state of the pages about images, for the tests by axe. */
import { screen } from '@testing-library/svelte';
import type { UserEvent } from '@testing-library/user-event';

/** Opens the repositories of the first container registry. */
export async function openRepositories(user: UserEvent) {
  const row = (await screen.findAllByRole('row'))[1];
  if (row) await user.click(row);
  await user.click(await screen.findByRole('button', { name: 'Browse images' }));
  await screen.findByRole('heading', { name: /^Images/, level: 1 });
}

export async function openTags(user: UserEvent) {
  await openRepositories(user);
  await user.click(await screen.findByRole('button', { name: 'team/shop' }));
  await screen.findByRole('heading', { name: 'team/shop', level: 1 });
}

export async function openImage(user: UserEvent) {
  await openTags(user);
  await user.click(await screen.findByRole('button', { name: '4.2.0' }));
  await screen.findByRole('heading', { name: 'Layers' });
}

export async function openComparison(user: UserEvent) {
  await openTags(user);
  await user.click(await screen.findByRole('checkbox', { name: 'Mark 4.1.0 for comparison' }));
  await user.click(screen.getByRole('checkbox', { name: 'Mark 4.2.0 for comparison' }));
  await user.click(await screen.findByRole('button', { name: 'Compare 4.1.0 and 4.2.0' }));
  await screen.findByRole('heading', { name: 'Set differently' });
}

/** Opens the dialog that asks for the other image. */
export async function openPicker(user: UserEvent) {
  await openImage(user);
  await user.click(screen.getByRole('button', { name: 'Compare with…' }));
  await screen.findByRole('dialog', { name: 'Compare with another image' });
}

export const imageScreens = {
  repositories: { scene: 'images', open: openRepositories },
  'repositories without a list': { scene: 'images-no-list', open: openRepositories },
  'repositories that may not be listed': { scene: 'images-not-allowed', open: openRepositories },
  'repositories that could not be listed': { scene: 'images-failed', open: openRepositories },
  'no repositories': { scene: 'images-empty', open: openRepositories },
  'repositories being read': { scene: 'images-slow', open: openRepositories },
  tags: { scene: 'images', open: openTags },
  'the newest tags, one marked': {
    scene: 'images',
    open: async (user: UserEvent) => {
      await openTags(user);
      await user.selectOptions(await screen.findByRole('combobox', { name: 'Order' }), 'newest');
      await user.click(await screen.findByRole('checkbox', { name: 'Mark 4.1.0 for comparison' }));
      await screen.findByText(/^4.1.0 is marked/);
    },
  },
  'an image': {
    scene: 'images',
    open: async (user: UserEvent) => {
      await openImage(user);
      await user.click(screen.getByRole('button', { name: 'Show the manifest' }));
      await screen.findByRole('region', { name: 'Manifest, as the registry has it' });
    },
  },
  'an artifact': { scene: 'images-artifact', open: openImage },
  'two images': { scene: 'images', open: openComparison },
  'the other image being chosen': {
    scene: 'images',
    open: async (user: UserEvent) => {
      await openPicker(user);
      await user.click(screen.getByRole('combobox', { name: 'Tag or digest' }));
      await screen.findByRole('option', { name: 'nightly' });
    },
  },
  'an image compared with one that is not there': {
    scene: 'images-missing',
    open: async (user: UserEvent) => {
      await openPicker(user);
      await user.type(screen.getByRole('combobox', { name: 'Tag or digest' }), '9.9{Enter}');
      await screen.findByText(/^It could not be read/);
    },
  },
};
