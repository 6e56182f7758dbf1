/** How to get to every state of the pages about stacks, for the tests by axe. */
import { screen } from '@testing-library/svelte';
import type { UserEvent } from '@testing-library/user-event';

const press = async (user: UserEvent, name: string | RegExp) =>
  user.click(await screen.findByRole('button', { name }));

/** Opens the list of stacks from the header of the registries. */
export async function openStacks(user: UserEvent) {
  const [first] = await screen.findAllByRole('button', { name: 'Browse stacks' });
  if (first) await user.click(first);
  await screen.findByRole('heading', { name: 'Stacks', level: 1 });
}

/** Opens the page of the stack that the scenes have. */
export async function openGo(user: UserEvent) {
  await openStacks(user);
  await press(user, /^Go Runtime/);
  await screen.findByRole('heading', { name: 'Go Runtime', level: 1 });
}

/** Opens the page, and the dialog to save all files. */
export async function openSaving(user: UserEvent) {
  await openGo(user);
  await press(user, 'Save all files…');
  await screen.findByRole('dialog');
}

export const stackScreens = {
  'the stacks': {
    scene: 'stacks',
    open: async (user: UserEvent) => {
      await openStacks(user);
      await screen.findByRole('list', { name: 'Stacks and samples' });
      await user.click(await screen.findByRole('checkbox', { name: 'COBOL' }));
    },
  },
  'stacks being fetched': { scene: 'stacks-slow', open: openStacks },
  'stacks offline': { scene: 'stacks-offline', open: openStacks },
  'no registry reachable': { scene: 'stacks-unreachable', open: openStacks },
  'nothing that matches': {
    scene: 'stacks',
    open: async (user: UserEvent) => {
      await openStacks(user);
      await user.type(screen.getByRole('searchbox'), 'nowhere');
      await screen.findByText('Nothing matches');
    },
  },
  'no devfile registry': { scene: 'stacks-none', open: openStacks },
  'a stack': {
    scene: 'stacks',
    open: async (user: UserEvent) => {
      await openGo(user);
      await screen.findByRole('heading', { name: 'What it will run' });
    },
  },
  'a stack offline': {
    scene: 'stacks-offline',
    open: async (user: UserEvent) => {
      await openGo(user);
      await screen.findByText(/did not answer just now/);
    },
  },
  'a stack without its devfile': {
    scene: 'stacks-no-devfile',
    open: async (user: UserEvent) => {
      await openGo(user);
      await screen.findByText('The devfile could not be fetched');
    },
  },
  'a devfile that is not understood': {
    scene: 'stacks-no-summary',
    open: async (user: UserEvent) => {
      await openGo(user);
      await screen.findByText('What it will run cannot be told');
    },
  },
  'where to save': { scene: 'stacks', open: openSaving },
  'a download': {
    scene: 'stacks-saving',
    open: async (user: UserEvent) => {
      await openSaving(user);
      await press(user, 'Save');
      await screen.findByRole('progressbar');
    },
  },
  'files that are there': {
    scene: 'stacks-taken',
    open: async (user: UserEvent) => {
      await openSaving(user);
      await press(user, 'Save');
      await screen.findByText('docker/Dockerfile');
    },
  },
};
