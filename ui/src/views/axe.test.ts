/**
 * Every screen by axe, in both themes. What needs a layout (colour contrast, sizes) cannot be
 * judged here: tokens have a test of their own, and the window tests run axe in the real window.
 */
import { screen } from '@testing-library/svelte';
import type { UserEvent } from '@testing-library/user-event';
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';

import type { Theme } from '../bindings';
import { Backend } from '../dev/backend';
import { scenes } from '../dev/scenes';
import { toolScreens } from '../dev/tools-screens';
import { button, field, openWindow } from '../dev/window';

interface Screen {
  scene: string;
  open?: (user: UserEvent) => Promise<unknown>;
}

const key = (name: string) => (user: UserEvent) => user.keyboard(`{Control>}${name}{/Control}`);

const addDevfile = async (user: UserEvent) => {
  await key('n')(user);
  await user.click(await screen.findByRole('button', { name: 'Devfile registry' }));
  await screen.findByRole('textbox', { name: 'Address' });
};

const screens: Record<string, Screen> = {
  ...toolScreens,
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
    await open?.(user);
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
