/** How to get to every state of exporting and importing, for the tests by axe. */
import { screen } from '@testing-library/svelte';
import type { UserEvent } from '@testing-library/user-event';

const press = async (user: UserEvent, name: string | RegExp) =>
  user.click(await screen.findByRole('button', { name }));

/** Opens the page of the import. */
export async function openImportFile(user: UserEvent) {
  await press(user, 'Import…');
  await screen.findByRole('heading', { name: 'Import registries', level: 1 });
}

/** Reads the file that the scenes have. */
export async function compare(user: UserEvent) {
  await openImportFile(user);
  await user.type(screen.getByRole('textbox', { name: 'File' }), '/home/jane/theirs.toml');
  await press(user, 'Read the file');
  await screen.findByText(/Nothing has changed yet|There is no registry/);
}

/** Opens the dialog of the export. */
export async function openExport(user: UserEvent) {
  await press(user, 'Export…');
  await screen.findByRole('dialog');
}

export const shareScreens = {
  'an export': { scene: 'share', open: openExport },
  'an export over a file': {
    scene: 'share',
    open: async (user: UserEvent) => {
      await openExport(user);
      await user.type(screen.getByRole('textbox', { name: 'File' }), '/home/jane/e.toml');
      await press(user, /^Export \d/);
      await openExport(user);
      await press(user, /^Export \d/);
      await screen.findByRole('heading', { name: 'A file is there already' });
    },
  },
  'a file to import': { scene: 'share', open: openImportFile },
  'a file compared': {
    scene: 'share-problems',
    open: async (user: UserEvent) => {
      await compare(user);
      const [both] = screen.getAllByRole('radio', { name: 'Keep both' });
      if (both) await user.click(both);
    },
  },
  'an empty file': { scene: 'share-empty', open: compare },
  'a file imported': {
    scene: 'share',
    open: async (user: UserEvent) => {
      await compare(user);
      await press(user, /^Import \d/);
      await screen.findByText('2 registries imported');
    },
  },
};
