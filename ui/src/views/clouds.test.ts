/** Signing in with a cloud's own credentials, in the form of a container registry. */
import { screen, waitFor } from '@testing-library/svelte';
import axe from 'axe-core';
import { expect, it } from 'vitest';

import { Backend } from '../dev/backend';
import { registry } from '../dev/data';
import { scenes } from '../dev/scenes';
import { button, field, openWindow } from '../dev/window';
import { m } from '../messages';

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const way = (name: string) => screen.findByRole<HTMLInputElement>('radio', { name });

async function openAdd(url: string) {
  const backend = scenes['containers']?.() ?? new Backend([]);
  const user = await openWindow(backend);
  await user.keyboard('{Control>}n{/Control}');
  await user.click(await screen.findByRole('button', { name: 'Other registry' }));
  await screen.findByRole('heading', { name: 'Add a container registry' });
  await user.type(field('Registry'), url);
  return { backend, user };
}

it('chooses what fits an ECR, and sends no secret for it', async () => {
  const { backend, user } = await openAdd(HOST);
  const machine = await way(m.cloud.label.aws_machine);
  await waitFor(() => expect(machine.checked).toBe(true));
  expect(screen.queryByRole('textbox', { name: 'User' })).toBeNull();
  await user.type(field(m.cloud.role), 'arn:aws:iam::1:role/x');
  await user.type(field(m.cloud.externalId), 'ext');
  await user.click(button('Save without testing'));
  await screen.findByText(`Added “${HOST}”`);
  const draft = backend.requests('add_registry')[0]?.draft;
  expect(draft?.token).toEqual({ action: 'keep' });
  expect(draft?.container).toMatchObject({
    user: '',
    cloud: { way: 'aws_machine', role: 'arn:aws:iam::1:role/x', externalId: 'ext' },
  });
});

it('puts a session token on the second line of an access key', async () => {
  const { backend, user } = await openAdd(HOST);
  await user.click(await way(m.cloud.label.aws_keys));
  await user.type(field(m.cloud.user.aws_keys), 'ASIAX');
  await user.type(screen.getByLabelText(m.cloud.secret.aws_keys), 'secret');
  await user.type(screen.getByLabelText(m.cloud.session), 'session');
  expect((await axe.run(document.body)).violations).toEqual([]);
  await user.click(button('Save without testing'));
  await screen.findByText(`Added “${HOST}”`);
  const draft = backend.requests('add_registry')[0]?.draft;
  expect(draft?.token).toEqual({ action: 'set', token: 'secret\nsession' });
  expect(draft?.container?.user).toBe('ASIAX');
});

it('asks for the tenant of a service principal, and keeps passwords possible', async () => {
  const { user } = await openAdd('contoso.azurecr.io');
  expect((await way(m.cloud.entered.azure)).checked).toBe(true);
  await user.click(await way(m.cloud.label.azure_principal));
  expect(field(m.cloud.tenant)).toBeTruthy();
  expect(field(m.cloud.user.azure_principal)).toBeTruthy();
});

it('offers nothing of a cloud where the address is not one of its own', async () => {
  await openAdd(`${HOST}.evil.example`);
  await waitFor(() => expect(field('Name').placeholder).toBe(`${HOST}.evil.example`));
  expect(screen.queryByRole('radio', { name: m.cloud.label.aws_machine })).toBeNull();
});

it('says of a registry what it signs in with, and how long the token is good', async () => {
  const cloud = {
    way: 'aws_machine',
    profile: 'work',
    role: '',
    externalId: '',
    tenant: '',
  } as const;
  const container = { cloud, tokenUntil: '2026-11-14T20:00:00Z' };
  await openWindow(new Backend([registry({ kind: 'container', name: 'E', url: HOST, container })]));
  await screen.findByText(/Good until .*; renewed by itself before/);
  expect(screen.getByText(m.cloud.label.aws_machine)).toBeTruthy();
  expect(screen.getByText('profile work')).toBeTruthy();
});
