import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { Backend, refusal } from '../dev/backend';
import { fewRegistries } from '../dev/data';
import { scenes } from '../dev/scenes';
import { button, field, openWindow } from '../dev/window';

const few = () => new Backend(fewRegistries());
const scene = (name: string) => scenes[name]?.() ?? new Backend([]);

describe('the welcome page', () => {
  it('teaches, checks the default registry, and is not shown again', async () => {
    const backend = scene('first-run');
    const user = await openWindow(backend);
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Welcome to Registrar');
    await screen.findByText(/They are kept in your keychain \(GNOME Keyring\)/);
    await user.click(button('Check it'));
    await screen.findByText('31 stacks');
    await user.click(button('Continue'));
    await screen.findByRole('grid');
    await waitFor(() => expect(backend.settings.welcomed).toBe(true));
  });

  it('offers the passphrase vault where there is no keychain', async () => {
    const backend = scene('first-run-missing');
    const user = await openWindow(backend);
    await user.click(await screen.findByRole('button', { name: 'Create a passphrase vault…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Create a passphrase vault' });
    expect(dialog.textContent).toContain('cannot be recovered');
    await user.type(within(dialog).getByLabelText('Passphrase'), 'short');
    expect(dialog.textContent).toContain('Too short');
    await user.click(within(dialog).getByRole('button', { name: 'Create vault' }));
    expect(dialog.textContent).toContain('At least 8 characters.');
    await user.type(within(dialog).getByLabelText('Passphrase'), ' but longer');
    await user.type(within(dialog).getByLabelText('The same again'), 'short but other');
    await user.click(within(dialog).getByRole('button', { name: 'Create vault' }));
    expect(dialog.textContent).toContain('The two do not match.');
    expect(backend.requests('create_vault')).toEqual([]);
    await user.clear(within(dialog).getByLabelText('The same again'));
    await user.type(within(dialog).getByLabelText('The same again'), 'short but longer{Enter}');
    await screen.findByText('Passphrase vault, unlocked', { selector: '.ready' });
    expect(document.body.innerHTML).not.toContain('short but longer');
  });
});

describe('settings', () => {
  const open = async (backend: Backend) => {
    const user = await openWindow(backend);
    await user.keyboard('{Control>},{/Control}');
    await screen.findByRole('heading', { name: 'Settings', level: 1 });
    return user;
  };

  it('changes the theme at once and saves it', async () => {
    const backend = few();
    const user = await open(backend);
    await user.click(screen.getByRole('radio', { name: 'Dark' }));
    expect(document.documentElement.dataset['theme']).toBe('dark');
    await waitFor(() => expect(backend.settings.theme).toBe('dark'));
    await user.click(screen.getByRole('radio', { name: 'Light' }));
    expect(document.documentElement.dataset['theme']).toBe('light');
  });

  it('makes the text larger and smaller, in steps, and saves its size', async () => {
    const backend = few();
    const user = await open(backend);
    const size = () => document.documentElement.style.fontSize;
    expect(size()).toBe('100%');
    await user.click(screen.getByRole('button', { name: 'Larger' }));
    expect(size()).toBe('110%');
    await waitFor(() => expect(backend.settings.zoom).toBe(110));
    await user.keyboard('{Control>}-{/Control}');
    await user.keyboard('{Control>}-{/Control}');
    await waitFor(() => expect(backend.settings.zoom).toBe(90));
    expect(size()).toBe('90%');
  });

  it('takes a theme back that could not be saved', async () => {
    const backend = few();
    const user = await open(backend);
    backend.overrides.save_settings = () => {
      throw refusal({ code: 'storage', message: 'The folder is read-only.' });
    };
    const before = document.documentElement.dataset['theme'];
    const other = before === 'dark' ? 'Light' : 'Dark';
    await user.click(screen.getByRole('radio', { name: other }));
    await screen.findByText('The folder is read-only.');
    expect(document.documentElement.dataset['theme']).toBe(before);
  });

  it('says what the system’s proxy is, and checks a manual one', async () => {
    const backend = few();
    const user = await open(backend);
    await screen.findByText('The system says http://proxy.example.com:3128.');
    await user.click(screen.getByRole('radio', { name: 'Manual' }));
    await user.type(field('Proxy address'), 'proxy.example.com');
    await user.click(button('Save'));
    await screen.findByText(/Write it as http:\/\/host:port/);
    await user.clear(field('Proxy address'));
    await user.type(field('Proxy address'), 'http://10.0.0.1:3128{Enter}');
    await waitFor(() =>
      expect(backend.settings.proxy).toEqual({ mode: 'manual', url: 'http://10.0.0.1:3128' }),
    );
  });

  it('takes a time limit from 2 to 120 seconds only', async () => {
    const backend = few();
    const user = await open(backend);
    const limit = screen.getByRole('spinbutton', { name: 'Time limit' });
    await user.clear(limit);
    await user.type(limit, '500');
    await user.tab();
    await screen.findByText('A whole number from 2 to 120.');
    expect(backend.settings.timeoutSeconds).toBe(15);
  });

  it('locks the passphrase vault and goes back to the keychain', async () => {
    const backend = scene('vault');
    const user = await open(backend);
    await user.click(await screen.findByRole('button', { name: 'Lock now' }));
    await screen.findByText('Passphrase vault, locked');
    await user.click(button('Use the keychain again'));
    await screen.findByText('Keychain: GNOME Keyring, unlocked');
  });
});

describe('activity', () => {
  it('shows the record by the hundred, searches it, and exports it', async () => {
    const backend = few();
    const user = await openWindow(backend);
    await user.click(button('Activity'));
    await screen.findByText('100 of 248');
    await user.click(button('Show more'));
    await screen.findByText('200 of 248');
    await user.type(screen.getByRole('searchbox'), 'token payments');
    await screen.findByText('2 of 2');
    await user.click(button('Export CSV'));
    await screen.findByText(/Wrote 248 rows to \/home\/jane\/activity\.csv/);
    expect(backend.requests('export_activity')[0]).toEqual({
      search: 'token payments',
      format: 'csv',
    });
  });
});

describe('the palette', () => {
  it('finds commands and registries, and goes there by keyboard', async () => {
    const user = await openWindow(few());
    await user.keyboard('{Control>}k{/Control}');
    const box = await screen.findByRole('combobox');
    await user.type(box, 'works');
    const option = screen.getByRole('option', { name: /Workshop/ });
    expect(box.getAttribute('aria-activedescendant')).toBe(option.id);
    await user.keyboard('{Enter}');
    await waitFor(() => expect(screen.queryByRole('combobox')).toBeNull());
    await waitFor(() =>
      expect(screen.getByRole('row', { name: /Workshop/ }).getAttribute('aria-selected')).toBe(
        'true',
      ),
    );
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByRole('combobox'), 'open sett{Enter}');
    await screen.findByRole('heading', { name: 'Settings', level: 1 });
  });
});

it('shows the shortcuts with ?, but not while something is typed', async () => {
  const user = await openWindow(few());
  await user.click(screen.getByRole('searchbox'));
  await user.keyboard('?');
  expect(screen.queryByRole('dialog')).toBeNull();
  await user.clear(screen.getByRole('searchbox'));
  screen.getByRole('row', { name: /StageRegistry/ }).focus();
  await user.keyboard('?');
  await screen.findByRole('dialog', { name: 'Keyboard shortcuts' });
});

it('makes everything larger and smaller', async () => {
  const user = await openWindow(few());
  await user.keyboard('{Control>}={/Control}');
  expect(document.documentElement.style.fontSize).toBe('110%');
  await user.keyboard('{Control>}0{/Control}');
  expect(document.documentElement.style.fontSize).toBe('100%');
});

it('gives up a vault whose passphrase is forgotten, after asking', async () => {
  const backend = scene('locked');
  const user = await openWindow(backend);
  await user.click(await screen.findByRole('button', { name: 'Unlock…' }));
  await user.click(await screen.findByRole('button', { name: 'Forgot the passphrase?' }));
  const question = await screen.findByRole('dialog', { name: /Give up the vault/ });
  expect(question.textContent).toContain('4 tokens are given up.');
  expect(backend.requests('discard_vault')).toEqual([]);
  await user.click(within(question).getByRole('button', { name: 'Give up the vault' }));
  await screen.findByText('Keychain: GNOME Keyring, unlocked');
});

it('asks the system to unlock a locked keychain', async () => {
  const backend = few();
  backend.vault = { ...backend.vault, state: 'locked', reason: 'It is locked.' };
  const user = await openWindow(backend);
  await user.click(await screen.findByRole('button', { name: 'Try again' }));
  await screen.findByText('Keychain: GNOME Keyring, unlocked');
  expect(backend.requests('use_keychain')).toHaveLength(1);
});

it('uses the passphrase vault that is there already', async () => {
  const backend = scene('missing');
  backend.vault = { ...backend.vault, hasPassphraseVault: true };
  const user = await openWindow(backend);
  await user.click(await screen.findByRole('button', { name: 'Use the passphrase vault…' }));
  await user.type(await screen.findByLabelText('Passphrase'), 'correct horse{Enter}');
  await screen.findByText('Passphrase vault, unlocked');
});
