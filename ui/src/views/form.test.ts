import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { Backend, refusal } from '../dev/backend';
import { failedReport, fewRegistries } from '../dev/data';
import { button, field, openWindow } from '../dev/window';

async function openAdd(prepare: (backend: Backend) => void = () => {}) {
  const backend = new Backend(fewRegistries());
  prepare(backend);
  const user = await openWindow(backend);
  await user.keyboard('{Control>}n{/Control}');
  await user.click(await screen.findByRole('button', { name: 'Devfile registry' }));
  await screen.findByRole('heading', { name: 'Add a devfile registry' });
  return { backend, user };
}

async function openEdit(name: RegExp) {
  const backend = new Backend(fewRegistries());
  const user = await openWindow(backend);
  screen.getByRole('row', { name }).focus();
  await user.click(screen.getByRole('row', { name }));
  await user.keyboard('e');
  await screen.findByRole('textbox', { name: 'Address' });
  const id = backend.records.find(({ row }) => name.test(row.name))?.row.id ?? '';
  return { backend, user, id };
}

describe('adding', () => {
  it('tests, saves, and selects what was added', async () => {
    const { backend, user } = await openAdd();
    await waitFor(() => expect(document.activeElement).toBe(field('Address')));
    await user.keyboard('https://registry.example.com');
    expect(field('Name').value).toBe('registry.example.com');
    await user.type(screen.getByLabelText(/^Token/), 'my-token');
    await user.click(button('Test and save'));
    await screen.findByText('Added “registry.example.com”');
    const [request] = backend.requests('add_registry');
    expect(request?.draft.token).toEqual({ action: 'set', token: 'my-token' });
    expect(request?.test).toMatch(/^test-/);
    const row = await screen.findByRole('row', { name: /registry\.example\.com/ });
    expect(row.getAttribute('aria-selected')).toBe('true');
    expect(document.body.innerHTML).not.toContain('my-token');
  });

  it('leaves the name alone once it was typed', async () => {
    const { user } = await openAdd();
    await user.type(field('Name'), 'Mine');
    await user.type(field('Address'), 'https://other.example.com');
    expect(field('Name').value).toBe('Mine');
  });

  it('says what is wrong, where, and sends nothing', async () => {
    const { backend, user } = await openAdd();
    await user.click(button('Save without testing'));
    await screen.findByText('Enter the registry’s address.');
    const address = field('Address');
    expect(address.getAttribute('aria-invalid')).toBe('true');
    const about = document.getElementById(address.getAttribute('aria-describedby') ?? '');
    expect(about?.textContent).toContain('Enter the registry’s address.');
    expect(document.activeElement).toBe(address);
    expect(backend.requests('add_registry')).toEqual([]);
  });

  it('shows the form in which the address is kept, and that it is there already', async () => {
    const { user } = await openAdd();
    await user.type(field('Address'), 'registry.devfile.io');
    await screen.findByText('“DefaultDevfileRegistry” has the same address.');
    expect(screen.getByText('https://registry.devfile.io', { selector: '.stored *' })).toBeTruthy();
  });

  it('wants a choice for plain http', async () => {
    const { backend, user } = await openAdd();
    expect(screen.queryByRole('switch')).toBeNull();
    await user.type(field('Address'), 'http://localhost:9999');
    await user.click(button('Save without testing'));
    expect(backend.requests('add_registry')).toEqual([]);
    await user.click(await screen.findByRole('switch', { name: 'Allow unencrypted http' }));
    await user.click(button('Save without testing'));
    await screen.findByText(/^Added/);
    expect(backend.requests('add_registry')[0]?.draft.allowHttp).toBe(true);
  });

  it('saves once however often it is clicked', async () => {
    const { backend, user } = await openAdd((it) => (it.stepMillis = 5));
    await user.type(field('Address'), 'https://once.example.com');
    await user.dblClick(button('Test and save'));
    await screen.findByText(/^Added/);
    expect(backend.requests('test_registry')).toHaveLength(1);
    expect(backend.requests('add_registry')).toHaveLength(1);
  });

  it('puts a refusal to the field that it names', async () => {
    const { user, backend } = await openAdd();
    backend.overrides.add_registry = () => {
      throw refusal({ code: 'name_taken', field: 'name', message: 'Taken a moment ago.' });
    };
    await user.type(field('Address'), 'https://taken.example.com');
    await user.click(button('Save without testing'));
    await screen.findByText('Taken a moment ago.');
    expect(document.activeElement).toBe(field('Name'));
  });

  it('shows other refusals with the raw error', async () => {
    const { user, backend } = await openAdd();
    backend.overrides.add_registry = () => {
      throw refusal({ code: 'storage', message: 'The disk is full.', raw: 'ENOSPC (28)' });
    };
    await user.type(field('Address'), 'https://full.example.com');
    await user.click(button('Save without testing'));
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('The disk is full.');
    await user.click(within(alert).getByRole('button', { name: 'Show the raw error' }));
    expect(alert.textContent).toContain('ENOSPC (28)');
    expect(field('Address').value).toBe('https://full.example.com');
  });
});

describe('testing', () => {
  it('explains the failure and can save anyway', async () => {
    const { backend, user } = await openAdd((it) => (it.report = failedReport('refused')));
    await user.type(field('Address'), 'https://down.example.com');
    await user.click(button('Test and save'));
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('down.example.com refused the connection');
    expect(alert.textContent).toContain('Check the port.');
    expect(backend.requests('add_registry')).toEqual([]);
    await user.click(button('Save anyway'));
    await screen.findByText(/^Added/);
  });

  it('trusts one certificate and tests again', async () => {
    const { backend, user } = await openAdd(
      (it) => (it.report = failedReport('certificate_not_trusted')),
    );
    await user.type(field('Address'), '192.168.1.77:5000');
    await user.clear(field('Name'));
    await user.type(field('Name'), 'Lab two');
    await user.click(button('Test'));
    await user.click(
      await screen.findByRole('button', { name: 'Trust this certificate for “Lab two”' }),
    );
    await screen.findByText('192.168.1.77 works');
    const drafts = backend.requests('test_registry').map(({ draft }) => draft.trustedCertificate);
    expect(drafts).toEqual([null, expect.stringMatching(/^9F:31/)]);
    await user.click(button('Save'));
    await screen.findByText('Added “Lab two”');
    expect(backend.requests('test_registry')).toHaveLength(2);
  });

  it('shows the steps and can be cancelled', async () => {
    const { backend, user } = await openAdd((it) => (it.stepMillis = 60));
    await user.type(field('Address'), 'https://slow.example.com');
    await user.click(button('Test and save'));
    await screen.findByText('Connecting', { selector: '.now' });
    await user.click(button('Cancel test'));
    await screen.findByText('The test was cancelled. Nothing was saved.');
    expect(backend.requests('add_registry')).toEqual([]);
  });

  it('does not pass an old result off as one of what stands there now', async () => {
    const { backend, user } = await openAdd();
    await user.type(field('Address'), 'https://a.example.com');
    await user.click(button('Test'));
    await screen.findByText('a.example.com works');
    await user.type(field('Address'), '/other');
    await screen.findByText('The form has changed since the test');
    await user.click(button('Save without testing'));
    await screen.findByText(/^Added/);
    expect(backend.requests('add_registry')[0]?.test).toBeNull();
  });
});

describe('editing', () => {
  it('keeps the stored token unless told otherwise', async () => {
    const { backend, user } = await openEdit(/StageRegistry/);
    expect(screen.getByText(/A token is stored in your keychain/)).toBeTruthy();
    await user.type(field('Name'), '2');
    await user.click(button('Save without testing'));
    await screen.findByText('Saved “StageRegistry2”');
    expect(backend.requests('update_registry')[0]?.draft.token).toEqual({ action: 'keep' });
  });

  it('asks before the address or the token changes', async () => {
    const { backend, user } = await openEdit(/StageRegistry/);
    await user.clear(field('Address'));
    await user.type(field('Address'), 'https://moved.example.com');
    await user.click(button('Remove'));
    await user.click(button('Save without testing'));
    const dialog = await screen.findByRole('dialog', { name: /Save the changes/ });
    expect(dialog.textContent).toContain('to https://moved.example.com');
    expect(dialog.textContent).toContain('The stored token is removed.');
    await user.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    expect(backend.requests('update_registry')).toEqual([]);
    await user.click(button('Save without testing'));
    await user.click(await screen.findByRole('button', { name: 'Save changes' }));
    await screen.findByText(/^Saved/);
    expect(backend.requests('update_registry')[0]?.draft.token).toEqual({ action: 'remove' });
  });

  it('says at once that the record was changed outside, and keeps mine if I want', async () => {
    const { backend, user, id } = await openEdit(/StageRegistry/);
    await user.type(field('Name'), ' mine');
    await backend.changeOutside(id, { name: 'Theirs' });
    await user.click(await screen.findByRole('button', { name: 'Compare…' }));
    const dialog = await screen.findByRole('dialog', { name: /Changed outside/ });
    expect(within(dialog).getByRole('row', { name: /Name/ }).textContent).toMatch(/Theirs.*mine/);
    await user.click(within(dialog).getByRole('button', { name: 'Keep mine' }));
    await screen.findByText('Saved “StageRegistry mine”');
  });

  it('takes theirs if I want, also where only saving finds out', async () => {
    const { backend, user, id } = await openEdit(/StageRegistry/);
    await user.type(field('Name'), ' mine');
    const record = backend.find(id);
    const theirs = { ...record, base: 'theirs' };
    theirs.row = { ...record.row, name: 'Theirs' };
    backend.records = backend.records.map((old) => (old.row.id === id ? theirs : old));
    await user.click(button('Save without testing'));
    const dialog = await screen.findByRole('dialog', { name: /Changed outside/ });
    await user.click(within(dialog).getByRole('button', { name: 'Take theirs' }));
    await waitFor(() => expect(field('Name').value).toBe('Theirs'));
    expect(backend.find(id).row.name).toBe('Theirs');
  });

  it('says nothing when another record was changed outside', async () => {
    const { backend } = await openEdit(/StageRegistry/);
    await backend.changeOutside(backend.records[0]?.row.id ?? '', { name: 'Other' });
    await waitFor(() => expect(backend.requests('get_registry').length).toBeGreaterThan(2));
    expect(screen.queryByRole('button', { name: 'Compare…' })).toBeNull();
  });

  it('asks before unsaved changes are left', async () => {
    const { user } = await openEdit(/StageRegistry/);
    await user.type(field('Name'), '!');
    await user.keyboard('{Escape}');
    await user.click(await screen.findByRole('button', { name: 'Keep editing' }));
    expect(field('Name').value).toBe('StageRegistry!');
    await user.click(button('Cancel'));
    await user.click(await screen.findByRole('button', { name: 'Discard changes' }));
    await screen.findByRole('grid');
  });

  it('leaves without a question where nothing was changed', async () => {
    const { user } = await openEdit(/StageRegistry/);
    await user.keyboard('{Escape}');
    await screen.findByRole('grid');
  });
});
