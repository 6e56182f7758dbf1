/** How to get to the settings of source registries, of hosting and of tokens, for the tests. */
import { screen } from '@testing-library/svelte';
import type { UserEvent } from '@testing-library/user-event';

import { navigation, type SourceSection, type SourceTab } from '../state/navigation.svelte';
import { network } from '../state/network.svelte';

const button = (name: string | RegExp) => screen.findByRole('button', { name });

/** Opens the registry `design-system` of the pretended host. */
export async function openSource(tab: SourceTab, section: SourceSection = 'general') {
  await navigation.go({ name: 'source', id: 'source-design-system', tab, section });
  await screen.findByRole('heading', { name: 'design-system', level: 1 });
}

/** Opens the package `@acme/button` of that registry. */
export async function openPackage() {
  const source = 'source-design-system';
  await navigation.go({ name: 'package', source, package: '@acme/button', version: null });
  await screen.findByRole('heading', { name: 'About this version' });
  await button('Delete the package…');
}

/** Opens the image `team/app` of the scene `packages-image`. */
export async function openImage() {
  const source = 'source-team-images';
  await navigation.go({ name: 'package', source, package: 'team/app', version: null });
  await screen.findByRole('heading', { name: 'About this version' });
}

/** Opens the image for several platforms of the scene `packages-platforms`. */
export async function openPlatforms() {
  const source = 'source-team-images';
  await navigation.go({ name: 'package', source, package: 'team/shop', version: null });
  await screen.findByRole('heading', { name: 'About this version' });
}

/** Opens the chart of the scene `packages-chart`. */
export async function openChart() {
  const source = 'source-team-charts';
  await navigation.go({ name: 'package', source, package: 'cache', version: null });
  await screen.findByRole('heading', { name: 'About this version' });
}

async function openSources() {
  await navigation.go({ name: 'packages' });
  await screen.findByRole('heading', { name: 'Packages', level: 1 });
}

async function packageTab(user: UserEvent, name: RegExp) {
  await openPackage();
  await user.click(screen.getByRole('tab', { name }));
}

/** Opens the application's settings at the part about hosting. */
export async function openHosting() {
  await navigation.go({ name: 'settings', section: 'hosting' });
  await button('API tokens…');
}

export async function openApiTokens() {
  await navigation.go({ name: 'api-tokens' });
  await screen.findByRole('heading', { name: 'API tokens', level: 1 });
}

/** What all registries take. */
export async function openStorage(): Promise<void> {
  await navigation.go({ name: 'storage' });
  await screen.findByRole('table', { name: 'Space by registry' });
}

/** Sharing on the network. */
export async function openNetwork(): Promise<void> {
  // What another test has seen there.
  network.sharing = null;
  await navigation.go({ name: 'network' });
  await screen.findByRole('switch', { name: 'Share the registries on the network' });
}

async function press(user: UserEvent, name: string | RegExp) {
  await user.click(await button(name));
}

async function rename(user: UserEvent) {
  await openSource('settings');
  const name = await screen.findByRole('textbox', { name: 'Name' });
  await user.clear(name);
  await user.type(name, 'Design kit');
  await screen.findByText(/^The address changes/);
}

async function askFor(user: UserEvent, name: string) {
  await openSource('settings');
  await press(user, name);
  await screen.findByRole('dialog');
}

async function revealed(user: UserEvent) {
  await openSource('settings', 'tokens');
  await press(user, 'Show Build server');
  await screen.findByTestId('token');
}

async function verified(user: UserEvent) {
  await openSource('settings', 'storage');
  await press(user, 'Verify all registries');
  await screen.findByRole('list', { name: 'Damaged files' });
}

async function newApiToken(user: UserEvent) {
  await openApiTokens();
  await press(user, 'Create token…');
  await screen.findByRole('dialog');
}

async function createdApiToken(user: UserEvent) {
  await newApiToken(user);
  await user.type(await screen.findByRole('textbox', { name: /What is it for/ }), 'Build server');
  await press(user, 'Create token');
  await screen.findByTestId('api-token');
}

export const hostingTokenScreens: Record<
  string,
  { scene: string; open: (user: UserEvent) => Promise<unknown> }
> = {
  'source registries': { scene: 'packages', open: openSources },
  'no source registries': { scene: 'packages-none', open: openSources },
  'a new source registry': {
    scene: 'packages',
    open: async (user) => {
      await navigation.go({ name: 'source-new' });
      await press(user, 'Create registry');
      await screen.findByText('The name is empty.');
    },
  },
  'the packages of a registry': {
    scene: 'packages',
    open: async () => {
      await openSource('packages');
      await screen.findByRole('row', { name: /design-tokens/ });
    },
  },
  'a package': { scene: 'packages', open: openPackage },
  'the files of a package': { scene: 'packages', open: (user) => packageTab(user, /^Files/) },
  'the dependencies of a package': {
    scene: 'packages',
    open: (user) => packageTab(user, /^Dependencies/),
  },
  'the versions of a package': { scene: 'packages', open: (user) => packageTab(user, /^Versions/) },
  'an image with what belongs to it': { scene: 'packages-image', open: openImage },
  'what belongs to an image': {
    scene: 'packages-image',
    open: async (user) => {
      await openImage();
      await press(user, /^Show Signature/);
      await screen.findByText(/^Signature of 1\.0/);
    },
  },
  'the platforms of an image': {
    scene: 'packages-platforms',
    open: async (user) => {
      await openPlatforms();
      await user.click(screen.getByRole('tab', { name: 'Image' }));
      await screen.findByRole('list', { name: 'Layers' });
    },
  },
  'a chart with a readme': { scene: 'packages-chart', open: openChart },
  'a version to withdraw': {
    scene: 'packages',
    open: async (user) => {
      await openPackage();
      await press(user, 'Withdraw…');
      await screen.findByRole('dialog');
    },
  },
  'how to publish': {
    scene: 'hosted',
    open: async () => {
      await openSource('publish');
      await button(/^Copy with token/);
    },
  },
  'how to publish while hosting is off': {
    scene: 'hosted-off',
    open: async () => {
      await openSource('publish');
      await button(/^Copy with token/);
    },
  },
  'the general settings of a registry': { scene: 'hosted', open: () => openSource('settings') },
  'a registry being renamed': { scene: 'hosted', open: rename },
  'a registry to make public': { scene: 'hosted', open: (user) => askFor(user, 'Make public…') },
  'a registry to delete': { scene: 'hosted', open: (user) => askFor(user, 'Delete registry…') },
  'a registry token, shown': { scene: 'hosted', open: revealed },
  'a registry without tokens': {
    scene: 'hosted-no-tokens',
    open: () => openSource('settings', 'tokens'),
  },
  'the tokens of a public registry': {
    scene: 'hosted-public',
    open: () => openSource('settings', 'tokens'),
  },
  'damaged storage': { scene: 'hosted-damaged', open: verified },
  'the storage of all registries': { scene: 'hosted', open: openStorage },
  'packages that are not there': {
    scene: 'hosted-unplugged',
    open: async () => {
      await navigation.go({ name: 'storage' });
      await screen.findByText('The packages are not there');
    },
  },
  'packages to move': {
    scene: 'hosted',
    open: async (user) => {
      await openStorage();
      await press(user, 'Move…');
      await screen.findByRole('dialog');
    },
  },
  'a backup to restore': {
    scene: 'hosted',
    open: async (user) => {
      await openStorage();
      await press(user, 'Restore…');
      await screen.findByRole('dialog');
    },
  },
  'what a rule would remove': {
    scene: 'hosted',
    open: async (user) => {
      await openSource('settings', 'storage');
      await user.type(await screen.findByRole('textbox', { name: /^Keep the newest/ }), '1');
      await press(user, 'Show what would go');
      await screen.findByRole('heading', { name: /would go/ });
    },
  },
  'a disk that is almost full': {
    scene: 'hosted-full',
    open: async () => {
      await openSource('settings', 'storage');
      await screen.findByText('Little space is left on this disk');
    },
  },
  'sharing on the network, off': { scene: 'hosted', open: openNetwork },
  'sharing on the network': {
    scene: 'hosted-shared',
    open: async (user) => {
      await openNetwork();
      await screen.findByRole('img', { name: /^QR code of/ });
      await user.click(screen.getByRole('switch', { name: 'Use a certificate of my own' }));
    },
  },
  'sharing on the network, failed': { scene: 'hosted-share-failed', open: openNetwork },
  'how to publish over the network': {
    scene: 'hosted-shared',
    open: async () => {
      await openSource('publish');
      await screen.findByRole('radio', { name: 'The network' });
    },
  },
  'the settings of hosting': { scene: 'hosted', open: openHosting },
  'a port in use': {
    scene: 'hosted-port-held',
    open: async () => {
      await openHosting();
      await screen.findByText(/node \(process 4711\)/);
    },
  },
  'API tokens': { scene: 'hosted', open: openApiTokens },
  'no API tokens': { scene: 'hosted-no-tokens', open: openApiTokens },
  'a new API token': { scene: 'hosted', open: newApiToken },
  'a new API token with errors': {
    scene: 'hosted',
    open: async (user) => {
      await newApiToken(user);
      await press(user, 'Create token');
      await screen.findByText('Say what it is for.');
    },
  },
  'an API token, shown once': { scene: 'hosted', open: createdApiToken },
};
