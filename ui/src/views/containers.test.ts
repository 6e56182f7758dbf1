import { screen, waitFor, within } from '@testing-library/svelte';
import type { UserEvent } from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { Backend, refusal } from '../dev/backend';
import { registry } from '../dev/data';
import { scenes } from '../dev/scenes';
import { button, field, openWindow } from '../dev/window';
import { details } from '../state/details.svelte';

const scene = (name: string) => scenes[name]?.() ?? new Backend([]);
const row = (url: string) => screen.getByRole('row', { name: new RegExp(`registry ${url} `) });
const pane = () => screen.getByRole('complementary', { name: 'Details' });

async function open() {
  const backend = scene('containers');
  return { backend, user: await openWindow(backend) };
}

async function select(user: UserEvent, url: string) {
  await user.click(row(url));
  await waitFor(() => expect(details.current?.row.url).toBe(url));
  await within(pane()).findByText('Used by');
}

const idOf = (backend: Backend, url: string) =>
  backend.records.find((record) => record.row.url === url)?.row.id ?? '';

describe('the list', () => {
  it('says in words how each can be used, and how safe that is', async () => {
    await open();
    expect(row('docker.io').textContent).toMatch(/jane.*Keychain · TLS verified.*Signed in/);
    expect(row('mirror.example.com:5000').textContent).toMatch(/not encrypted.*Open/);
    expect(row('builds.example.com').textContent).toMatch(/identity token.*TLS not verified/);
    const unproved = within(row('acme.jfrog.io/docker-local')).getByText('Open, not checked');
    expect(unproved.closest('[title]')?.getAttribute('title')).toBe(
      'Open, credentials not checked',
    );
    expect(row('quay.io').textContent).toContain('Credentials refused');
  });

  it('reminds of tokens at their end, and counts them as worth attention', async () => {
    const { user } = await open();
    expect(row('ghcr.io/acme').textContent).toContain('Expires in 3 days');
    expect(screen.getByRole('row', { name: /Payments images/ }).textContent).toContain('Expired');
    await user.click(button(/^Needs attention/));
    const names = screen.getAllByRole('row').slice(1);
    expect(names.map((found) => found.querySelector('.title')?.textContent)).toEqual([
      'Acme on GitHub',
      'Payments images',
      'quay.io',
      'Payments team',
    ]);
  });

  it('shows one kind alone', async () => {
    const { user } = await open();
    await user.click(button('Container 8'));
    expect(screen.getAllByRole('row')).toHaveLength(9);
    expect(screen.queryByRole('row', { name: /Devfile registry/ })).toBeNull();
  });

  it('tells a refused token from one that is missing', async () => {
    const unauthorized = { state: 'failed', kind: 'unauthorized' } as const;
    const without = registry({ name: 'Without', url: 'https://a.example', health: unauthorized });
    const within_ = registry({
      name: 'With',
      url: 'https://b.example',
      hasToken: true,
      health: unauthorized,
    });
    await openWindow(new Backend([without, within_]));
    expect(screen.getByRole('row', { name: /Without/ }).textContent).toContain('Token needed');
    expect(screen.getByRole('row', { name: /With / }).textContent).toContain('Token refused');
  });
});

describe('the details', () => {
  it('say everything that is known', async () => {
    const { user } = await open();
    await select(user, '192.168.1.200:5000');
    const text = pane().textContent;
    for (const fact of [
      'Container registry',
      'janedoe',
      'Only the certificate you trusted',
      '/home/jane/certs/laptop.pem',
      '/home/jane/certs/laptop.key',
      'https://auth.lab.example.net/token',
      'approved by you',
      'No tool asks Registrar for it yet.',
    ]) {
      expect(text).toContain(fact);
    }
  });

  it('name the provider, who added it, which tools use it, and where tokens are made', async () => {
    const { backend, user } = await open();
    await select(user, 'docker.io');
    await within(pane()).findByText('Added by Docker');
    expect(pane().textContent).toContain('Container registry · Docker Hub');
    expect(within(pane()).getByText('Podman, Skopeo, Buildah')).toBeTruthy();
    await user.click(button('Where do I make a token?'));
    const request = { url: 'docker.io', provider: 'docker_hub' };
    expect(backend.requests('open_token_page')).toEqual([request]);
  });

  it('say so where the page cannot be opened', async () => {
    const { backend, user } = await open();
    backend.overrides.open_token_page = () => {
      throw refusal({ message: 'No browser could be started.' });
    };
    await select(user, 'docker.io');
    await user.click(await screen.findByRole('button', { name: 'Where do I make a token?' }));
    await screen.findByText('No browser could be started.');
  });

  it('copy and show the secret as for every registry', async () => {
    const { backend, user } = await open();
    backend.tokens.set(idOf(backend, 'docker.io'), 'dckr_pat_1');
    await select(user, 'docker.io');
    await user.click(button('Show'));
    await screen.findByText('dckr_pat_1');
  });
});

describe('deleting', () => {
  it('says which tools lose it, and that images stay', async () => {
    const { user } = await open();
    await select(user, 'docker.io');
    await user.click(button('Delete…'));
    const dialog = await screen.findByRole('dialog', { name: 'Delete “Docker Hub”?' });
    expect(dialog.textContent).toContain('The registry and its images are not touched.');
    expect(dialog.textContent).toContain('Docker can no longer sign in to it through Registrar.');
    expect(dialog.textContent).toContain('Podman, Skopeo, Buildah can no longer sign in');
  });
});

describe('credentials in trouble', () => {
  const refused = async (backend: Backend, url: string) => {
    const trouble = { id: idOf(backend, url), name: url, kind: { kind: 'refused' } as const };
    await backend.emit({ type: 'credential_trouble', troubles: [trouble] });
  };

  it('are told at once, with the way to new ones', async () => {
    const { backend, user } = await open();
    await refused(backend, 'quay.io');
    const toast = await screen.findByText('The credentials of “quay.io” are refused now.');
    expect(toast.closest('[role="alert"]')).toBeTruthy();
    await user.click(button('Edit credentials'));
    await screen.findByRole('heading', { name: 'Edit quay.io' });
    const secret = await screen.findByLabelText('Robot token or password');
    await waitFor(() => expect(document.activeElement).toBe(secret));
  });

  it('stand in the details until they are mended', async () => {
    const { backend, user } = await open();
    await select(user, 'quay.io');
    expect(screen.queryByText('Its credentials worked, and are refused now')).toBeNull();
    await refused(backend, 'quay.io');
    await screen.findByText('Its credentials worked, and are refused now');
    const record = backend.find(idOf(backend, 'quay.io'));
    const health = { state: 'ok', stacks: 0, samples: 0, access: 'proved', millis: 9 } as const;
    await backend.emit({ type: 'rows_changed', rows: [{ ...record.row, health }] });
    await waitFor(() =>
      expect(screen.queryByText('Its credentials worked, and are refused now')).toBeNull(),
    );
  });

  it('say when the last day is near, or over', async () => {
    const { user } = await open();
    await select(user, 'ghcr.io/acme');
    await screen.findByText('Its password or token is good for 3 more days');
    await user.click(screen.getByRole('row', { name: /Payments images/ }));
    await screen.findByText('Its password or token has expired');
    await user.click(within(pane()).getByRole('button', { name: 'Edit credentials' }));
    await screen.findByRole('heading', { name: 'Edit Payments images' });
  });

  it('are counted where there are several, and shown together', async () => {
    const { backend, user } = await open();
    const troubles = ['quay.io', 'docker.io'].map((url) => ({
      id: idOf(backend, url),
      name: url,
      kind: { kind: 'expired', lastDay: '2026-11-20' } as const,
    }));
    await backend.emit({ type: 'credential_trouble', troubles });
    await screen.findByText('The credentials of 2 registries need a look.');
    await user.click(button('Show them'));
    expect(button(/^Needs attention/).getAttribute('aria-pressed')).toBe('true');
  });
});

describe('which credential an image would use', () => {
  async function ask(image: string) {
    const { backend, user } = await open();
    await user.click(button('Which credential would an image use?'));
    const dialog = await screen.findByRole('dialog', { name: /Which credential/ });
    await user.click(within(dialog).getByRole('textbox', { name: 'Image' }));
    await user.keyboard(image);
    return { backend, user, dialog: within(dialog), whole: dialog };
  }

  it('is answered with the reason, the others, and who would ask', async () => {
    const { dialog, whole } = await ask('ghcr.io/acme/payments/api');
    await dialog.findByText('Payments images');
    expect(whole.textContent).toContain('Its path is the longest that the image lies below.');
    expect(whole.textContent).toContain('ghcr.io/acme/payments/api:latest');
    expect(whole.textContent).toMatch(/fit less closely\s*Acme on GitHub/);
    expect(whole.textContent).toContain('No tool on this computer asks Registrar for it yet.');
  });

  it('leads to the registry', async () => {
    const { user, dialog } = await ask('nginx');
    await dialog.findByText('Docker, Podman, Skopeo, Buildah would ask Registrar for it.');
    await user.click(dialog.getByRole('button', { name: 'Show Docker Hub' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(row('docker.io').getAttribute('aria-selected')).toBe('true');
  });

  it('offers to add the registry where there is none', async () => {
    const { user, dialog } = await ask('registry.gitlab.com/group/app');
    await user.click(await dialog.findByRole('button', { name: 'Add registry.gitlab.com' }));
    await screen.findByRole('heading', { name: 'Add a container registry' });
    expect(field('Registry').value).toBe('registry.gitlab.com');
  });

  it('says what is wrong with a name that is none', async () => {
    const { backend, user, dialog } = await ask('nginx');
    backend.overrides.which_credential = () => {
      throw refusal({ code: 'invalid', field: 'image', message: 'This is no image’s name.' });
    };
    await user.type(dialog.getByRole('textbox', { name: 'Image' }), '!!');
    await dialog.findByText('This is no image’s name.');
  });

  it('is answered in the details as well', async () => {
    const { user } = await open();
    await select(user, 'ghcr.io/acme');
    const image = within(pane()).getByRole('textbox', { name: 'Image' });
    await user.type(image, 'ghcr.io/acme/web');
    await within(pane()).findByText('This one.');
  });

  it('can be asked from the palette', async () => {
    const { user } = await open();
    await user.keyboard('{Control>}k{/Control}');
    await user.keyboard('which{Enter}');
    await screen.findByRole('dialog', { name: 'Which credential would an image use?' });
  });
});

describe('background checks', () => {
  const openSettings = async (minutes: number) => {
    const backend = scene('containers');
    backend.settings.checkEveryMinutes = minutes;
    const user = await openWindow(backend);
    await user.keyboard('{Control>},{/Control}');
    const select_ = await screen.findByRole('combobox', { name: 'Check in the background' });
    return { backend, user, select: select_ as HTMLSelectElement };
  };
  const words = (select_: HTMLSelectElement) => [...select_.options].map((one) => one.text);

  it('are made as often as the person wants', async () => {
    const { backend, user, select: chosen } = await openSettings(60);
    expect(words(chosen)).toEqual([
      'Never',
      'Every 15 minutes',
      'Every hour',
      'Every 6 hours',
      'Once a day',
    ]);
    expect(chosen.selectedOptions[0]?.text).toBe('Every hour');
    await user.selectOptions(chosen, 'Every 6 hours');
    await waitFor(() => expect(backend.settings.checkEveryMinutes).toBe(360));
  });

  it('keep a number that somebody has written into the file', async () => {
    const { select: chosen } = await openSettings(45);
    expect(chosen.selectedOptions[0]?.text).toBe('Every 45 minutes');
    expect(words(chosen)).toHaveLength(6);
  });
});

it('begins at the way out where the vault is out of reach', async () => {
  const backend = scene('missing');
  backend.overrides.reveal_token = () => {
    throw refusal({ code: 'vault_missing', message: 'No keychain.', raw: 'dbus: unknown' });
  };
  const user = await openWindow(backend);
  await user.click(screen.getByRole('row', { name: /StageRegistry/ }));
  await user.click(await screen.findByRole('button', { name: 'Show' }));
  const dialog = await screen.findByRole('dialog');
  expect(within(dialog).getByRole('button', { name: 'Show the raw error' })).toBeTruthy();
  await waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe('Try again'));
});
