import { screen, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { Backend, refusal } from '../../dev/backend';
import { openHosting, openNetwork, openSource } from '../../dev/hosting-screens';
import { scenes } from '../../dev/scenes';
import { button, openWindow } from '../../dev/window';

async function window(name: string, change?: (backend: Backend) => void) {
  const backend = scenes[name]?.() ?? new Backend([]);
  change?.(backend);
  const user = await openWindow(backend);
  return { backend, user };
}

async function opened(name: string, change?: (backend: Backend) => void) {
  const window_ = await window(name, change);
  await openNetwork();
  return window_;
}

const toggle = () => screen.getByRole('switch', { name: 'Share the registries on the network' });
const bar = () => within(screen.getByRole('contentinfo'));
const field = (name: RegExp) => screen.getByRole<HTMLInputElement>('textbox', { name });

describe('sharing on the network', () => {
  it('is off, and nothing of it is asked for, until somebody goes there', async () => {
    const { backend } = await window('hosted');
    expect(backend.requests('network_sharing')).toEqual([]);
    await openHosting();
    screen.getByText('Only programs on this computer can reach the registries.');
    expect(backend.requests('network_sharing')).toEqual([]);
    await openNetwork();
    expect(toggle().getAttribute('aria-checked')).toBe('false');
    expect(screen.queryByText('Addresses')).toBeNull();
  });

  it('is turned on and off in one press, with addresses, a code and a mark in the status bar', async () => {
    const { backend, user } = await opened('hosted');
    await user.click(toggle());
    await screen.findByRole('img', { name: 'QR code of https://192.168.1.20:4748' });
    expect(backend.requests('share_on_network')).toEqual([{ on: true }]);
    await user.click(screen.getByRole('radio', { name: /jane-laptop:4748$/ }));
    await screen.findByRole('img', { name: 'QR code of https://jane-laptop:4748' });
    screen.getByRole('button', { name: 'Copy https://10.8.0.3:4748' });
    screen.getByText('Nobody has come over the network yet.');
    await bar().findByRole('button', { name: 'Shared on the network' });
    await user.click(toggle());
    expect(screen.queryByText('Addresses')).toBeNull();
    expect(bar().queryByRole('button', { name: 'Shared on the network' })).toBeNull();
  });

  it('shows who has come, with which token, and who was refused', async () => {
    await opened('hosted-shared');
    const table = within(screen.getByRole('table', { name: 'Who has come' }));
    const [, first, second] = table.getAllByRole('row');
    expect(first?.textContent).toMatch(/192\.168\.1\.31.*Build server.*npm\/11.*412/s);
    expect(second?.textContent).toMatch(/3 wrong tokens, 1 request too many/);
  });

  it('says who holds the port, and tries again', async () => {
    const { backend, user } = await opened('hosted-share-failed');
    screen.getByText('Another program is already using port 4748.');
    screen.getByText('The port is held by node (process 4711).');
    await bar().findByRole('button', { name: 'Sharing failed' });
    backend.hosting.network.outcome = null;
    await user.click(button('Try again'));
    await screen.findByText('Addresses');
  });

  it('cannot be turned on while nothing is hosted', async () => {
    const { user } = await opened('hosted-off');
    expect(toggle().hasAttribute('disabled')).toBe(true);
    await user.click(button('Turn hosting on'));
    expect(toggle().hasAttribute('disabled')).toBe(false);
  });

  it('makes a new certificate and exports the authority', async () => {
    const { backend, user } = await opened('hosted-shared');
    await user.click(button('Make a new certificate'));
    await screen.findByText('Connections from now on use the new certificate');
    await user.click(button('Export the authority…'));
    await screen.findByText('The authority is in /home/jane/registrar-ca.pem');
    expect(backend.requests('export_authority')).toHaveLength(1);
  });

  it('says what could not be renewed', async () => {
    await opened('hosted-shared', ({ hosting }) => {
      hosting.network.trouble = 'The certificate ended on 2026-11-01.';
    });
    await screen.findByText('The certificate ended on 2026-11-01.');
    screen.getByText('The old one stays in use.');
  });
});

describe('how to share', () => {
  it('is checked where it is typed, and kept', async () => {
    const { backend, user } = await opened('hosted');
    await user.clear(field(/^Port/));
    await user.type(field(/^Port/), '80');
    await user.click(button('Save'));
    await screen.findByText('A whole number from 1,024 to 65,535.');
    expect(backend.requests('save_network')).toEqual([]);
    await user.clear(field(/^Port/));
    await user.type(field(/^Port/), '5001');
    await user.type(field(/^Further names/), 'box.example.com, 10.0.0.9');
    await user.click(button('Save'));
    await screen.findByText('Saved');
    const names = ['box.example.com', '10.0.0.9'];
    expect(backend.requests('save_network')).toEqual([{ port: 5001, names, certificate: null }]);
  });

  it('takes a certificate of one’s own, and says at which file it will not do', async () => {
    const { backend, user } = await opened('hosted');
    await user.click(screen.getByRole('switch', { name: 'Use a certificate of my own' }));
    await user.click(button('Save'));
    await screen.findByText('Choose the file of the certificate.');
    for (const choose of screen.getAllByRole('button', { name: 'Choose…' })) {
      await user.click(choose);
    }
    backend.overrides.save_network = () => {
      const message = 'The private key does not belong to the certificate.';
      throw refusal({ code: 'invalid', field: 'certificate', message });
    };
    await user.click(button('Save'));
    await screen.findByText('The private key does not belong to the certificate.');
    backend.overrides = {};
    await user.click(button('Save'));
    await screen.findByText('Saved');
    const [, saved] = backend.requests('save_network');
    expect(saved?.certificate).toEqual({
      chain: '/home/jane/certs/box.pem',
      key: '/home/jane/certs/box.key',
    });
  });

  it('keeps what is being typed while others come', async () => {
    const { backend, user } = await opened('hosted-shared');
    await user.type(field(/^Further names/), 'box');
    await backend.emit({ type: 'hosting_changed', status: { ...backend.hosting.status } });
    expect(field(/^Further names/).value).toBe('box');
  });
});

describe('instructions', () => {
  it('say the shared address while it is shared, and this computer’s when asked', async () => {
    const { backend, user } = await window('hosted-shared');
    await openSource('publish');
    await screen.findAllByText(/https:\/\/192\.168\.1\.20:4748/);
    await user.click(screen.getByRole('radio', { name: 'This computer' }));
    await screen.findAllByText(/http:\/\/127\.0\.0\.1:4747/);
    expect(backend.requests('instructions').at(-1)?.reach).toBe('this_computer');
    await user.click(screen.getByRole('radio', { name: 'The network' }));
    await user.click(await screen.findByRole('button', { name: /^How/ }));
    await screen.findByRole('heading', { name: 'Share on the network', level: 1 });
  });

  it('offer no choice while nothing is shared', async () => {
    await window('hosted');
    await openSource('publish');
    await screen.findAllByText(/http:\/\/127\.0\.0\.1:4747/);
    expect(screen.queryByRole('radio', { name: 'The network' })).toBeNull();
  });
});
