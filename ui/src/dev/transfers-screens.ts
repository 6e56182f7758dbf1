/** How to get to every state of moving images, for the tests by axe. */
import { screen } from '@testing-library/svelte';
import type { UserEvent } from '@testing-library/user-event';

import { openImage, openRepositories } from './images-screens';

export async function openTransfers(user: UserEvent) {
  await user.click(screen.getByRole('button', { name: /^Transfers/ }));
  await screen.findByRole('heading', { name: 'Transfers', level: 1 });
}

const fromImage = (button: string, field: RegExp) => async (user: UserEvent) => {
  await openImage(user);
  await user.click(screen.getByRole('button', { name: button }));
  await screen.findByRole('textbox', { name: field });
};

export const openDownload = fromImage('Download…', /^Folder/);
export const openCopy = fromImage('Copy to…', /^Repository/);
export const openDeletion = fromImage('Delete…', /^Type /);

export async function openUpload(user: UserEvent) {
  await openRepositories(user);
  await user.click(screen.getByRole('button', { name: 'Upload…' }));
  await screen.findByRole('dialog', { name: 'Upload an image' });
}

export const transferScreens = {
  transfers: {
    scene: 'transfers',
    open: async (user: UserEvent) => {
      await openTransfers(user);
      await screen.findByText('Download · team/shop:4.2.0');
    },
  },
  'no transfers': {
    scene: 'transfers-empty',
    open: async (user: UserEvent) => {
      await openTransfers(user);
      await screen.findByText('Nothing is on its way');
    },
  },
  'a broken file of transfers': {
    scene: 'transfers-problem',
    open: async (user: UserEvent) => {
      await openTransfers(user);
      await screen.findByText(/was set aside/);
    },
  },
  'a download': { scene: 'transfers-empty', open: openDownload },
  'a copy to where there is another image': {
    scene: 'transfers-taken',
    open: async (user: UserEvent) => {
      await openCopy(user);
      await user.click(await screen.findByRole('checkbox', { name: /^linux\/arm\/v7/ }));
      await user.click(screen.getByRole('button', { name: 'Copy' }));
      await screen.findByText('This tag is in use there');
    },
  },
  'an upload of one of several': {
    scene: 'transfers-several',
    open: async (user: UserEvent) => {
      await openUpload(user);
      await user.click(screen.getByRole('button', { name: 'Choose…' }));
      await screen.findByRole('combobox', { name: 'Image' });
    },
  },
  'a deletion': { scene: 'transfers-empty', open: openDeletion },
  'a wait that a registry asks for': {
    scene: 'images-failed',
    open: async (user: UserEvent) => {
      await openRepositories(user);
      await screen.findByRole('timer');
    },
  },
};
