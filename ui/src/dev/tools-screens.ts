/** How to get to every state of the pages about tools, for the tests by axe. */
import { screen } from '@testing-library/svelte';
import type { UserEvent } from '@testing-library/user-event';

const press = async (user: UserEvent, name: string | RegExp) =>
  user.click(await screen.findByRole('button', { name }));

const region = (name: string) => screen.findByRole('region', { name });

async function openTools(user: UserEvent) {
  await press(user, /^Tools(?!…)/);
  await region('Tools');
}

async function openDocker(user: UserEvent) {
  await openTools(user);
  await region('Docker');
}

async function openOdo(user: UserEvent) {
  await openTools(user);
  await region('odo');
}

async function useInOdo(user: UserEvent, name: RegExp) {
  await openOdo(user);
  await user.click(await screen.findByRole('switch', { name }));
  await screen.findByText(/In the keychain|Nothing is written unless/);
}

async function turnOn(user: UserEvent, name: RegExp) {
  await openDocker(user);
  await user.click(screen.getByRole('switch', { name }));
  await screen.findByRole('dialog');
}

async function openImport(user: UserEvent) {
  await openTools(user);
  await press(user, 'Import credentials…');
  await screen.findByRole('list', { name: 'Credentials found' });
}

async function finishImport(user: UserEvent) {
  await openImport(user);
  await press(user, 'Select all');
  await press(user, /^Move 6/);
  await press(user, 'Let Podman ask Registrar…');
  await screen.findByRole('dialog');
  await press(user, 'Cancel');
}

interface Screen {
  scene: string;
  open: (user: UserEvent) => Promise<unknown>;
}

export const toolScreens: Record<string, Screen> = {
  tools: { scene: 'tools', open: openDocker },
  'tools for every registry': { scene: 'tools-every', open: openDocker },
  'tools to repair': { scene: 'tools-repair', open: openDocker },
  'a helper that is not on the PATH': { scene: 'tools-no-path', open: openDocker },
  'another helper of the same name': { scene: 'tools-other-helper', open: openDocker },
  'no helper': { scene: 'tools-absent-helper', open: openDocker },
  'a broken configuration': { scene: 'tools-problem', open: openDocker },
  'a family without tools': { scene: 'tools-podman-only', open: openDocker },
  'no tools': { scene: 'tools-none', open: openTools },
  'tools without registries': { scene: 'tools-no-registries', open: openDocker },
  'tools with many registries': { scene: 'tools-many', open: openDocker },
  odo: { scene: 'odo', open: openOdo },
  'odo with a broken configuration': { scene: 'odo-problem', open: openOdo },
  'a plan for odo': { scene: 'odo', open: (user) => useInOdo(user, /^odo has Stage/) },
  'an import from odo': {
    scene: 'odo',
    open: async (user) => {
      await openOdo(user);
      await press(user, 'Import from odo…');
      await screen.findByRole('dialog');
    },
  },
  'a deletion that odo would feel': {
    scene: 'odo',
    open: async (user) => {
      await useInOdo(user, /^odo has Stage/);
      await user.click(await screen.findByRole('button', { name: 'Apply' }));
      await screen.findByText('odo has it now.');
      await user.click(screen.getByRole('button', { name: /^Registries/ }));
      await user.click(await screen.findByRole('row', { name: /StageRegistry/ }));
      await screen.findByRole('button', { name: 'Remove from odo…' });
      await press(user, 'Delete…');
      await screen.findByText(/^odo loses it, too/);
    },
  },
  'a plan': { scene: 'tools', open: (user) => turnOn(user, /^Docker .*192/) },
  'a plan with a conflict': { scene: 'tools', open: (user) => turnOn(user, /912345678901/) },
  'an import to choose from': { scene: 'import', open: openImport },
  'an import under way': {
    scene: 'import-slow',
    open: async (user) => {
      await openImport(user);
      await press(user, /^Move 4/);
      await screen.findByRole('progressbar');
    },
  },
  'an import that is finished': { scene: 'import', open: finishImport },
  'plaintext to remove': {
    scene: 'import',
    open: async (user) => {
      await finishImport(user);
      await press(user, 'Remove the plaintext copies…');
      await screen.findByRole('dialog');
    },
  },
  'nothing to import': {
    scene: 'import-none',
    open: async (user) => {
      await openTools(user);
      await press(user, 'Import credentials…');
      await screen.findByText('Nothing to import');
    },
  },
};
