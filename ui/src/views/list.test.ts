import { screen, waitFor, within } from '@testing-library/svelte';
import { expect, it } from 'vitest';

import { Backend, refusal } from '../dev/backend';
import { fewRegistries, manyRegistries } from '../dev/data';
import { scenes } from '../dev/scenes';
import { button, openWindow } from '../dev/window';

const rows = () => screen.getAllByRole('row').slice(1);
const shown = () => rows().map((row) => row.querySelector('.title')?.textContent);
const row = (name: RegExp) => screen.getByRole('row', { name });

it('asks for the first rows at once, and draws few of many', async () => {
  const backend = new Backend(manyRegistries(10_000));
  await openWindow(backend);
  expect(backend.calls.slice(0, 3).map(({ command }) => command)).toContain('list_registries');
  // The list says from the start how long it is.
  expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('10001');
  expect(button(/^All/).textContent).toContain('10,000');
  expect(rows().length).toBeLessThan(60);
  await waitFor(() => expect(screen.getByRole('grid').getAttribute('aria-busy')).toBeNull());
  await waitFor(() =>
    expect(backend.requests('list_registries').slice(0, 2)).toEqual([
      { offset: 0, limit: 50 },
      { offset: 50, limit: null },
    ]),
  );
});

it('says in words how safe and how well a registry is', async () => {
  await openWindow(new Backend(fewRegistries()));
  expect(row(/StageRegistry/).textContent).toMatch(/Keychain · TLS verified.*Slow · 4\.1 s/);
  expect(row(/On this computer/).textContent).toMatch(/No token · not encrypted.*Not checked/);
  expect(row(/Payments/).textContent).toMatch(/Token refused/);
});

it('calls the store Vault where the passphrase vault is used', async () => {
  await openWindow(scenes['vault']?.() ?? new Backend([]));
  await waitFor(() => expect(row(/StageRegistry/).textContent).toContain('Vault · TLS verified'));
});

it('searches, filters, and says when nothing matches', async () => {
  const user = await openWindow(new Backend(fewRegistries()));
  await user.keyboard('{Control>}f{/Control}');
  await waitFor(() => expect(screen.getByRole('searchbox')).toBe(document.activeElement));
  await user.keyboard('stage');
  expect(shown()).toEqual(['StageRegistry']);
  await user.keyboard('zzz');
  expect(screen.getByText('Nothing matches')).toBeTruthy();
  await user.click(button('Show all registries'));
  await user.click(button(/Needs attention/));
  expect(shown()).toEqual(['Payments team', 'Workshop']);
});

it('sorts by a column: up, down, and back to the catalog’s order', async () => {
  const user = await openWindow(new Backend(fewRegistries()));
  const header = () => screen.getByRole('columnheader', { name: 'Name' });
  const before = shown();
  await user.click(button('Name'));
  expect(header().getAttribute('aria-sort')).toBe('ascending');
  expect(shown()[1]).toBe('DefaultDevfileRegistry');
  await user.click(button('Name'));
  expect(header().getAttribute('aria-sort')).toBe('descending');
  await user.click(button('Name'));
  expect(header().getAttribute('aria-sort')).toBe('none');
  expect(shown()).toEqual(before);
});

it('is worked by keyboard alone: move, delete, undo', async () => {
  const backend = new Backend(fewRegistries());
  const user = await openWindow(backend);
  row(/DefaultDevfileRegistry/).focus();
  await user.keyboard('{ArrowDown}');
  await waitFor(() => expect(document.activeElement).toBe(row(/StageRegistry/)));
  expect(row(/StageRegistry/).getAttribute('aria-selected')).toBe('true');

  await user.keyboard('{Delete}');
  const dialog = await screen.findByRole('dialog', { name: 'Delete “StageRegistry”?' });
  expect(within(dialog).getByText(/its token leaves your keychain/)).toBeTruthy();
  expect(document.activeElement?.textContent).toContain('Cancel');
  await user.click(within(dialog).getByRole('button', { name: 'Delete' }));
  await screen.findByText('Deleted “StageRegistry”');
  await waitFor(() => expect(screen.queryByRole('row', { name: /StageRegistry/ })).toBeNull());
  expect(row(/Lab/).getAttribute('aria-selected')).toBe('true');

  await user.keyboard('{Control>}z{/Control}');
  await screen.findByText('“StageRegistry” is back');
  expect(backend.requests('undo_delete')).toHaveLength(1);
});

it('deletes nothing when the question is answered with Escape', async () => {
  const backend = new Backend(fewRegistries());
  const user = await openWindow(backend);
  await user.click(button('Delete…'));
  const dialog = await screen.findByRole('dialog');
  dialog.dispatchEvent(new Event('cancel', { cancelable: true }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(backend.requests('delete_registry')).toEqual([]);
});

it('shows what changed while it is looked at', async () => {
  const backend = new Backend(fewRegistries());
  await openWindow(backend);
  const first = backend.records[0];
  if (!first) throw new Error('no record');
  const failed = { state: 'failed', kind: 'timed_out' } as const;
  await backend.emit({ type: 'rows_changed', rows: [{ ...first.row, health: failed }] });
  await waitFor(() => expect(row(/DefaultDevfileRegistry/).textContent).toContain('Timed out'));
  await backend.changeOutside(first.row.id, { name: 'Renamed by hand' });
  await screen.findByRole('row', { name: /Renamed by hand/ });
  expect(screen.getByText(/changed outside Registrar/)).toBeTruthy();
});

it('checks all with progress, and can be stopped', async () => {
  const backend = new Backend(fewRegistries());
  backend.stepMillis = 10;
  const user = await openWindow(backend);
  await user.click(button('Check all'));
  await screen.findByText(/^Checking 2 of 9$/, { selector: 'footer *' });
  await user.click(screen.getAllByRole('button', { name: 'Cancel' })[0] as HTMLElement);
  await screen.findByText(/Stopped after/);
  expect(backend.requests('cancel_operation')).toHaveLength(1);
});

it('explains a failed check, with the evidence and the raw error', async () => {
  const user = await openWindow(new Backend(fewRegistries()));
  await user.click(row(/Workshop/));
  await screen.findByText('The certificate of workshop.example.org is not trusted');
  expect(screen.getByText('itself (self-signed)')).toBeTruthy();
  const steps = screen.getByRole('list', { name: 'Steps of the check' });
  expect(steps.textContent).toMatch(/Found.*Connected.*TLS.*failed.*Index not tried/s);
  expect(screen.queryByText(/UnknownIssuer/)).toBeNull();
  await user.click(button('Show the raw error'));
  expect(screen.getByText(/UnknownIssuer/)).toBeTruthy();
});

it('shows a token only while asked to, and forgets it on leaving', async () => {
  const backend = new Backend(fewRegistries());
  const user = await openWindow(backend);
  await user.click(row(/StageRegistry/));
  await user.click(await screen.findByRole('button', { name: 'Show' }));
  await screen.findByText('dfr_s3cr3t-4f6e');
  await user.click(row(/Payments/));
  await waitFor(() => expect(document.body.innerHTML).not.toContain('dfr_s3cr3t'));
  await user.click(await screen.findByRole('button', { name: 'Copy' }));
  await screen.findByText('Token copied. It leaves the clipboard in 45 seconds.');
  expect(document.body.innerHTML).not.toContain('dfr_s3cr3t');
});

it('offers to unlock the vault where a token is needed, and then goes on', async () => {
  const backend = scenes['locked']?.() ?? new Backend([]);
  const locked = refusal({ code: 'vault_locked', message: 'The vault is locked.' });
  backend.overrides.reveal_token = () => {
    if (backend.vault.state !== 'ready') throw locked;
    return { token: 'dfr_s3cr3t', base64: false };
  };
  const user = await openWindow(backend);
  await user.click(row(/StageRegistry/));
  await user.click(await screen.findByRole('button', { name: 'Show' }));
  const dialog = await screen.findByRole('dialog', { name: 'Unlock the passphrase vault' });
  const passphrase = within(dialog).getByLabelText('Passphrase');
  await user.type(passphrase, 'wrong{Enter}');
  await within(dialog).findByText('This is not the vault’s passphrase.');
  await user.clear(passphrase);
  await user.type(passphrase, 'correct horse{Enter}');
  await screen.findByText('dfr_s3cr3t');
});

it('opens with a broken file: says where, changes nothing, restores the backup', async () => {
  const backend = scenes['broken']?.() ?? new Backend([]);
  const user = await openWindow(backend);
  expect(screen.getByText('Line 14, column 7')).toBeTruthy();
  expect(button('Add registry')).toHaveProperty('disabled', true);
  expect(button('Edit')).toHaveProperty('disabled', true);
  expect(row(/StageRegistry/)).toBeTruthy();
  await user.click(button(/Restore the backup of/));
  const dialog = await screen.findByRole('dialog');
  await user.click(within(dialog).getByRole('button', { name: /Restore/ }));
  await screen.findByText('The backup is back in place.');
  expect(button('Add registry')).toHaveProperty('disabled', false);
});

it('says why the list could not be loaded, and tries again', async () => {
  const backend = new Backend([]);
  const hint = 'Check its permissions.';
  backend.overrides.list_registries = () => {
    throw refusal({ code: 'storage', message: 'The file cannot be read.', hint });
  };
  const user = await openWindow(backend);
  await screen.findByText('The file cannot be read.');
  backend.overrides = {};
  await user.click(button('Try again'));
  await screen.findByText('No registries yet');
});
