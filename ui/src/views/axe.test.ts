/**
 * Every screen by axe, in both themes. What needs a layout (colour contrast, sizes) cannot be
 * judged here: tokens have a test of their own, and the window tests run axe in the real window.
 */
import { screen, within } from '@testing-library/svelte';
import type { UserEvent } from '@testing-library/user-event';
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';

import type { Theme } from '../bindings';
import { Backend } from '../dev/backend';
import { clusterScreens } from '../dev/cluster-screens';
import { hostingTokenScreens } from '../dev/hosting-screens';
import { imageScreens } from '../dev/images-screens';
import { scenes } from '../dev/scenes';
import { shareScreens } from '../dev/share-screens';
import { stackScreens } from '../dev/stacks-screens';
import { toolScreens } from '../dev/tools-screens';
import { transferScreens } from '../dev/transfers-screens';
import { button, field, openWindow } from '../dev/window';

interface Screen {
  scene: string;
  open?: (user: UserEvent, backend: Backend) => Promise<unknown>;
}

const key = (name: string) => (user: UserEvent) => user.keyboard(`{Control>}${name}{/Control}`);

const addDevfile = async (user: UserEvent) => {
  await key('n')(user);
  await user.click(await screen.findByRole('button', { name: 'Devfile registry' }));
  await screen.findByRole('textbox', { name: 'Address' });
};

const addContainer = (provider: string) => async (user: UserEvent) => {
  await key('n')(user);
  await user.click(await screen.findByRole('button', { name: provider }));
  await screen.findByRole('textbox', { name: 'Registry' });
};

const testContainer = (heading: RegExp) => async (user: UserEvent) => {
  await addContainer('Other registry')(user);
  await user.type(field('Registry'), '192.168.1.77:5000');
  await user.click(button('Test'));
  await screen.findByRole('heading', { name: heading });
};

const select = (name: RegExp) => async (user: UserEvent) => {
  await user.click(screen.getByRole('row', { name }));
  await screen.findByText('Used by');
};

const screens: Record<string, Screen> = {
  ...toolScreens,
  ...stackScreens,
  ...imageScreens,
  ...transferScreens,
  ...hostingTokenScreens,
  ...shareScreens,
  ...clusterScreens,
  list: { scene: 'list' },
  'an empty list': { scene: 'empty' },
  welcome: { scene: 'first-run' },
  'welcome without a keychain': { scene: 'first-run-missing' },
  'a broken file': { scene: 'broken' },
  'broken entries': { scene: 'entries' },
  'a locked vault': { scene: 'locked' },
  'a failed check': {
    scene: 'list',
    open: async (user) => {
      await user.click(screen.getByRole('row', { name: /Workshop/ }));
      await screen.findByText(/is not trusted/);
    },
  },
  'what to add': { scene: 'list', open: key('n') },
  form: { scene: 'list', open: addDevfile },
  'a failed test': {
    scene: 'untrusted',
    open: async (user) => {
      await addDevfile(user);
      await user.type(field('Address'), '192.168.1.77:5000');
      await user.click(button('Test'));
      await screen.findByText(/is not trusted/);
    },
  },
  'a form with errors': {
    scene: 'list',
    open: async (user) => {
      await addDevfile(user);
      await user.click(button('Save without testing'));
      await screen.findByText('Enter a name.');
    },
  },
  'a question': { scene: 'list', open: (user) => user.click(button('Delete…')) },
  'unlock dialog': {
    scene: 'locked',
    open: async (user) => user.click(await screen.findByRole('button', { name: 'Unlock…' })),
  },
  settings: { scene: 'vault', open: key(',') },
  activity: {
    scene: 'list',
    open: async (user) => {
      await user.click(button('Activity'));
      await screen.findByText('100 of 248');
    },
  },
  'what to add, with containers': { scene: 'containers', open: key('n') },
  'a preset': { scene: 'containers', open: addContainer('Docker Hub') },
  'a key of several lines': {
    scene: 'containers',
    open: addContainer('Google Artifact Registry'),
  },
  'the connection unfolded': {
    scene: 'containers',
    open: async (user) => {
      await addContainer('Other registry')(user);
      await user.click(screen.getByText('Connection', { selector: 'summary' }));
      await user.click(screen.getByRole('radio', { name: 'Don’t verify' }));
      await user.click(document.querySelector('[name="clientCertificate"]') as HTMLElement);
      await user.type(field('Registry'), 'http://localhost:5000');
      await screen.findByRole('switch', { name: 'Use http only' });
    },
  },
  'a container registry with errors': {
    scene: 'containers',
    open: async (user) => {
      await addContainer('Other registry')(user);
      await user.click(button('Save without testing'));
      await screen.findByText('Enter the registry’s address.');
    },
  },
  'a certificate to trust': {
    scene: 'container-untrusted',
    open: testContainer(/is not trusted/),
  },
  'a token server to approve': {
    scene: 'container-realm',
    open: testContainer(/^Send the credentials/),
  },
  'a registry without encryption': {
    scene: 'container-http',
    open: testContainer(/does not speak https/),
  },
  'an open registry': { scene: 'container-open', open: testContainer(/not proved/) },
  'a container registry': { scene: 'containers', open: select(/Docker Hub/) },
  'a container registry with everything': {
    scene: 'containers',
    open: select(/Container registry 192\.168/),
  },
  'a credential at its end': { scene: 'containers', open: select(/Payments images/) },
  'a container registry to edit': {
    scene: 'containers',
    open: async (user) => {
      await select(/Container registry 192\.168/)(user);
      await user.keyboard('e');
      await screen.findByText('You have approved that the credentials go there.');
    },
  },
  'a deletion that tools feel': {
    scene: 'containers',
    open: async (user) => {
      await user.click(button('Delete…'));
      await screen.findByText(/Docker can no longer/);
    },
  },
  'which credential': {
    scene: 'containers',
    open: async (user) => {
      await user.click(button('Which credential would an image use?'));
      const dialog = within(await screen.findByRole('dialog'));
      await user.type(dialog.getByRole('textbox', { name: 'Image' }), 'ghcr.io/acme/payments/api');
      await dialog.findByText('Payments images');
    },
  },
  'two versions of a record': {
    scene: 'containers',
    open: async (user, backend) => {
      await select(/Container registry quay\.io/)(user);
      await user.keyboard('e');
      await screen.findByRole('textbox', { name: 'Registry' });
      const quay = backend.records.find(({ row }) => row.url === 'quay.io')?.row.id ?? '';
      await backend.changeOutside(quay, { user: 'acme+theirs', name: 'Theirs' });
      await user.click(await screen.findByRole('button', { name: 'Compare…' }));
      await screen.findByRole('dialog', { name: /Changed outside/ });
    },
  },
  'a registry deleted elsewhere': {
    scene: 'containers',
    open: async (user, backend) => {
      await select(/Container registry quay\.io/)(user);
      await user.keyboard('e');
      await screen.findByRole('textbox', { name: 'Registry' });
      backend.records = backend.records.filter(({ row }) => row.url !== 'quay.io');
      await backend.emit({ type: 'registries_changed', revision: '9', outside: true });
      await screen.findByText(/deleted outside/);
    },
  },
  palette: { scene: 'list', open: key('k') },
  shortcuts: { scene: 'list', open: (user) => user.keyboard('?') },
};

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

it('finds faults, where there are any', async () => {
  document.body.innerHTML = '<main><h1>A page</h1><button></button></main>';
  const { violations } = await axe.run(document.body, { runOnly: RULES });
  document.body.innerHTML = '';
  expect(violations.map(({ id }) => id)).toEqual(['button-name']);
});

describe.each<Theme>(['light', 'dark'])('in the %s theme', (theme) => {
  it.each(Object.entries(screens))('%s', async (_name, { scene, open }) => {
    const backend = scenes[scene]?.() ?? new Backend([]);
    backend.settings.theme = theme;
    const user = await openWindow(backend);
    await open?.(user, backend);
    const { violations } = await axe.run(document.body, {
      runOnly: RULES,
    });
    const found = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join('\n')}`,
    );
    expect(found).toEqual([]);
    expect(document.documentElement.dataset['theme']).toBe(theme);
  });
});
