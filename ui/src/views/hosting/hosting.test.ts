import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { Backend, refusal } from '../../dev/backend';
import { openHosting } from '../../dev/hosting-screens';
import { RUNNING } from '../../dev/hosting-data';
import { scenes } from '../../dev/scenes';
import { button, field, openWindow } from '../../dev/window';

async function window(name = 'hosted', change?: (backend: Backend) => void) {
  const backend = scenes[name]?.() ?? new Backend([]);
  change?.(backend);
  const user = await openWindow(backend);
  return { backend, user };
}

async function open(name?: string, change?: (backend: Backend) => void) {
  const opened = await window(name, change);
  await openHosting();
  return opened;
}

const footer = () => within(screen.getByRole('contentinfo'));
const host = () => screen.getByRole('switch', { name: 'Host registries on this computer' });

describe('the status bar', () => {
  it('says where registries are hosted, and leads to the settings', async () => {
    const { user } = await window();
    await user.click(await footer().findByRole('button', { name: 'Hosting on 127.0.0.1:4747' }));
    await waitFor(() =>
      expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Hosting' })),
    );
  });

  it('says how many uploads are under way, as they come and go', async () => {
    const { backend } = await window('hosted-uploads');
    await footer().findByText('3 uploads');
    const status = (uploads: number) =>
      backend.emit({ type: 'hosting_changed', status: { ...RUNNING, uploads } });
    await status(1);
    await footer().findByText('1 upload');
    await status(0);
    await waitFor(() => expect(footer().queryByText(/upload/)).toBeNull());
  });

  it('says in words that hosting is off or has failed, and keeps still while it starts', async () => {
    const { backend } = await window('hosted-off');
    await footer().findByText('Hosting is off');
    const now = (name: string) => {
      const { status } = (scenes[name]?.() ?? backend).hosting;
      return backend.emit({ type: 'hosting_changed', status });
    };
    await now('hosted-starting');
    await footer().findByText('Hosting on 127.0.0.1:4747');
    await now('hosted-port-held');
    await footer().findByText('Hosting failed');
  });
});

describe('the settings of hosting', () => {
  it('turn it off and on', async () => {
    const { backend, user } = await open();
    await user.click(host());
    await waitFor(() => expect(backend.settings.hosting).toBe(false));
    await user.click(host());
    await waitFor(() => expect(backend.settings.hosting).toBe(true));
  });

  it('follow the last of several wishes', async () => {
    const { backend, user } = await open();
    host().click();
    await waitFor(() => expect(host().getAttribute('aria-checked')).toBe('false'));
    host().click();
    await waitFor(() => expect(host().getAttribute('aria-checked')).toBe('true'));
    await user.click(host());
    await waitFor(() => expect(backend.requests('save_settings')).toHaveLength(3));
    await waitFor(() => expect(backend.settings.hosting).toBe(false));
    expect(host().getAttribute('aria-checked')).toBe('false');
  });

  it('say who holds the port, and start again when it is free', async () => {
    const { backend, user } = await open('hosted-port-held');
    await screen.findByText('Another program is already using the address 127.0.0.1:4747.');
    screen.getByText('The port is held by node (process 4711).');
    screen.getByText(/choose another port in the settings/);
    await user.click(button('Start again'));
    await screen.findByText('Running');
    expect(screen.queryByText(/process 4711/)).toBeNull();
    expect(backend.requests('restart_hosting')).toHaveLength(1);
  });

  it('move to another port after a question that says what breaks', async () => {
    const { backend, user } = await open();
    await user.clear(field('Port'));
    await user.type(field('Port'), '80{Enter}');
    await screen.findByText('A whole number from 1,024 to 65,535.');
    await user.clear(field('Port'));
    await user.type(field('Port'), '4848{Enter}');
    const asked = within(await screen.findByRole('dialog'));
    asked.getByText('http://127.0.0.1:4747 becomes http://127.0.0.1:4848.');
    asked.getByText(/Lock files/);
    await user.click(asked.getByRole('button', { name: 'Cancel' }));
    expect(backend.settings.hostingPort).toBe(4747);
    expect(field('Port').value).toBe('4848');
    await user.click(button('Save the port'));
    const again = within(await screen.findByRole('dialog'));
    await user.click(again.getByRole('button', { name: 'Move' }));
    await waitFor(() => expect(backend.settings.hostingPort).toBe(4848));
    await user.click(await screen.findByRole('button', { name: 'Back to 4747' }));
    await screen.findByRole('heading', { name: 'Move to port 4747?' });
  });

  it('keep to themselves the port at which they are shared, before any question', async () => {
    const { backend, user } = await open();
    await user.clear(field('Port'));
    await user.type(field('Port'), '4748{Enter}');
    await screen.findByText(/^Port 4748 is the one for sharing on the network\./);
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(backend.requests('save_settings')).toHaveLength(0);
  });

  it('ask nothing where nobody can remember the port', async () => {
    const { backend, user } = await open('hosted', ({ hosting }) => {
      hosting.kept = [];
    });
    await user.clear(field('Port'));
    await user.type(field('Port'), '4848{Enter}');
    await waitFor(() => expect(backend.settings.hostingPort).toBe(4848));
  });

  it('keep the port that was typed where it cannot be saved, and say why', async () => {
    const { backend, user } = await open('hosted', ({ hosting }) => {
      hosting.kept = [];
    });
    backend.overrides.save_settings = () => {
      throw refusal({ code: 'storage', message: 'The folder is read-only.' });
    };
    await user.clear(field('Port'));
    await user.type(field('Port'), '6000{Enter}');
    await screen.findByText('The folder is read-only.');
    backend.overrides.save_settings = () => {
      const message = 'Somebody else has it.';
      throw refusal({ code: 'invalid', field: 'port', message, hint: 'Choose another one.' });
    };
    await user.click(button('Save the port'));
    await screen.findByText('Somebody else has it. Choose another one.');
    expect(field('Port').value).toBe('6000');
    expect(backend.settings.hostingPort).toBe(4747);
  });
});

describe('the palette', () => {
  it.each([
    ['restart hosting', 'restart_hosting'],
    ['verify storage', 'verify_storage'],
  ] as const)('can %s', async (typed, command) => {
    const { backend, user } = await window();
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByRole('combobox'), `${typed}{Enter}`);
    await waitFor(() => expect(backend.requests(command)).toHaveLength(1));
  });
});
