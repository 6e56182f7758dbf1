import { screen, within } from '@testing-library/svelte';
import { expect, it } from 'vitest';

import { Backend } from '../../dev/backend';
import { CLUSTER } from '../../dev/cluster';
import { ask } from '../../dev/cluster-screens';
import { scenes } from '../../dev/scenes';
import { openStacks } from '../../dev/stacks-screens';
import { button, openWindow } from '../../dev/window';

const scene = (name: string) => scenes[name]?.() ?? new Backend([]);
const list = () => screen.getByRole('list', { name: 'Registries from the cluster' });

it('shows the cluster’s registries above the list, to browse and to copy', async () => {
  const backend = scene('cluster');
  const user = await openWindow(backend);
  expect(screen.queryByText(/From cluster/)).toBeNull();
  await ask(user);
  const rows = within(list()).getAllByRole('listitem');
  expect(rows.map((row) => row.textContent)).toEqual([
    expect.stringContaining('Team stacks'),
    expect.stringContaining('Company stacks'),
  ]);
  expect(within(list()).queryByRole('button', { name: /Edit|Delete/ })).toBeNull();
  await user.click(button('Copy to my list: Team stacks'));
  await screen.findByText('“Team stacks” is in your list now');
  await within(list()).findByText('In your list');
  expect(backend.records.at(-1)?.row.url).toBe('https://stacks.team.svc.example.com');
});

it('shows them first when browsing, where they cannot be moved', async () => {
  const backend = scene('cluster');
  const user = await openWindow(backend);
  await openStacks(user);
  await screen.findByRole('button', { name: /^Only in Team stacks/ });
  const names = [...document.querySelectorAll('main ol li b')].map((name) => name.textContent);
  expect(names).toEqual(['Team stacks', 'Company stacks', 'DefaultDevfileRegistry']);
  expect(screen.getAllByText(/from cluster dev-eu-1/)).toHaveLength(2);
  expect(document.querySelectorAll('[data-grip^="cluster"]')).toHaveLength(0);
});

it('lets nothing wait for a cluster that hangs', async () => {
  const backend = scene('cluster');
  let answer: (() => void) | undefined;
  backend.overrides.read_cluster = () =>
    new Promise((resolve) => (answer = () => resolve(CLUSTER)));
  const user = await openWindow(backend);
  await openStacks(user);
  await screen.findByRole('button', { name: /^Go Runtime/ });
  answer?.();
});

it('says why it could not be read, until that is hidden', async () => {
  const backend = scene('cluster-unreachable');
  const user = await openWindow(backend);
  await ask(user);
  screen.getByText(/did not answer within 2 seconds/);
  await user.click(button('Try again'));
  expect(backend.requests('read_cluster').map(({ anew }) => anew)).toEqual([true, true]);
  await user.click(button('Hide'));
  expect(screen.queryByText(/could not be read/)).toBeNull();
});

it('is quiet without a cluster', async () => {
  const backend = scene('list');
  const user = await openWindow(backend);
  await user.keyboard('{Control>}k{/Control}');
  await user.keyboard('ask the cluster{Enter}');
  await screen.findByRole('grid');
  expect(backend.requests('read_cluster')).toHaveLength(1);
  expect(screen.queryByText(/cluster/i)).toBeNull();
});
