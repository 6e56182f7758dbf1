import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import type { UserEvent } from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import type { RegistryDraft } from '../bindings';
import { Backend } from '../dev/backend';
import { containerRegistries } from '../dev/containers';
import { scenes } from '../dev/scenes';
import { button, field, openWindow } from '../dev/window';
import { m } from '../messages';

const scene = (name: string) => scenes[name]?.() ?? new Backend([]);

async function choose(user: UserEvent, provider: string) {
  await user.keyboard('{Control>}n{/Control}');
  await user.click(await screen.findByRole('button', { name: provider }));
  await screen.findByRole('heading', { name: 'Add a container registry' });
}

async function openAdd(provider = 'Other registry', name = 'containers') {
  const backend = scene(name);
  const user = await openWindow(backend);
  await choose(user, provider);
  return { backend, user };
}

async function openEdit(url: string) {
  const backend = scene('containers');
  const user = await openWindow(backend);
  await user.click(screen.getByRole('row', { name: new RegExp(`Container registry ${url}`) }));
  await user.keyboard('e');
  await screen.findByRole('textbox', { name: 'Registry' });
  const record = backend.records.find(({ row }) => row.url === url);
  return { backend, user, record };
}

const secret = (label: string) => screen.getByLabelText<HTMLInputElement>(label);
const connection = (name: string) => screen.getByRole<HTMLInputElement>('radio', { name });

async function unfold(user: UserEvent) {
  await user.click(screen.getByText('Connection', { selector: 'summary' }));
}

/** What the last save sent. */
function saved(backend: Backend): RegistryDraft | undefined {
  const [request] = [...backend.requests('add_registry'), ...backend.requests('update_registry')];
  return request?.draft;
}

describe('choosing what to add', () => {
  it('asks for the kind first, from the keyboard as well', async () => {
    const user = await openWindow(scene('containers'));
    await user.keyboard('{Control>}n{/Control}');
    await screen.findByRole('heading', { name: 'Add a registry' });
    await waitFor(() => expect(document.activeElement).toBe(button('Devfile registry')));
    expect(screen.getAllByRole('listitem').length).toBeGreaterThanOrEqual(13);
    await user.keyboard('{Escape}');
    await screen.findByRole('grid');
  });

  it('fills in what a provider’s registries have in common, and says what it wants', async () => {
    const { backend, user } = await openAdd('GitHub Container Registry');
    expect(field('Registry').value).toBe('ghcr.io');
    await waitFor(() => expect(document.activeElement).toBe(field('GitHub user name')));
    expect(secret('Personal access token (classic)')).toBeTruthy();
    expect(screen.getByText(/To pull: read:packages/)).toBeTruthy();
    await user.click(await screen.findByRole('button', { name: 'Where do I make a token?' }));
    expect(backend.requests('open_token_page')).toEqual([{ url: 'ghcr.io', provider: 'ghcr' }]);
  });

  it('knows the user where everybody has the same', async () => {
    const { user } = await openAdd('Amazon ECR');
    expect(field('User').value).toBe('AWS');
    await user.selectOptions(screen.getByRole('combobox', { name: 'Provider' }), 'Quay');
    expect(field('Robot account or user').value).toBe('');
  });

  it('has words for every provider', () => {
    for (const words of Object.values(m.providers)) {
      const { name, sample, placeholder, address, user, secret: label, scopes } = words;
      const all = [name, sample, placeholder, address, user, label, scopes, words.secretHint];
      expect(all.every((text) => text.length > 2)).toBe(true);
    }
  });
});

describe('the address', () => {
  it('shows what will be saved while it is typed, and recognises the provider', async () => {
    const { backend, user } = await openAdd();
    await user.type(field('Registry'), 'https://GHCR.io/acme/app:1.2');
    await screen.findByText('ghcr.io/acme/app', { selector: '.saved code' });
    expect(screen.getByText('Will be saved as', { exact: false })).toBeTruthy();
    expect(field('GitHub user name')).toBeTruthy();
    expect(field('Name').placeholder).toBe('ghcr.io/acme/app');
    await user.click(button('Save without testing'));
    await screen.findByText('Added “ghcr.io/acme/app”');
    expect(saved(backend)).toMatchObject({ kind: 'container', name: '' });
    expect(saved(backend)?.container).toMatchObject({ provider: null, user: '' });
  });

  it('says nothing where it is saved as it was typed', async () => {
    const { user } = await openAdd();
    await user.type(field('Registry'), 'registry.example.com:5000');
    await waitFor(() => expect(field('Name').placeholder).toBe('registry.example.com:5000'));
    expect(screen.queryByText('Will be saved as', { exact: false })).toBeNull();
  });

  it('keeps a provider that the person chose, and offers the one it looks like', async () => {
    const { backend, user } = await openAdd('Harbor');
    await user.type(field('Registry'), 'quay.io/acme');
    await screen.findByText('The address looks like one of Quay.', { exact: false });
    expect(secret('Robot secret or CLI secret')).toBeTruthy();
    await user.click(button('Save without testing'));
    await screen.findByText(/^Added/);
    expect(saved(backend)?.container?.provider).toBe('harbor');
  });

  it('takes the hints of the other on request', async () => {
    const { user } = await openAdd('Harbor');
    await user.type(field('Registry'), 'quay.io/acme');
    await user.click(await screen.findByRole('button', { name: 'Use its hints' }));
    expect(secret('Robot token or password')).toBeTruthy();
  });

  it('asks what a pasted http:// is to mean', async () => {
    const { backend, user } = await openAdd();
    await user.type(field('Registry'), 'http://localhost:5000');
    await user.click(await screen.findByRole('switch', { name: 'Use http only' }));
    expect(screen.getByText(/cross the network in the clear/)).toBeTruthy();
    await user.click(button('Save without testing'));
    await screen.findByText(/^Added/);
    expect(saved(backend)).toMatchObject({ allowHttp: true });
  });
});

describe('the credentials', () => {
  it('are sent with the last day of the token', async () => {
    const { backend, user } = await openAdd('Docker Hub', 'container-proved');
    await user.type(field('Docker ID'), 'jane');
    await user.type(secret('Password or access token'), 'dckr_pat');
    await user.type(field('Good until'), '2031-01-31');
    expect(await screen.findByText(/^31 Jan 2031, in/)).toBeTruthy();
    await user.click(button('Test and save'));
    await screen.findByText('Added “docker.io”');
    expect(saved(backend)).toMatchObject({
      token: { action: 'set', token: 'dckr_pat' },
      expires: '2031-01-31',
      container: { user: 'jane', provider: null },
    });
    expect(document.body.innerHTML).not.toContain('dckr_pat');
  });

  it('may have several lines', async () => {
    const { backend, user } = await openAdd('Google Artifact Registry');
    const key = '{\n  "type": "service_account"\n}';
    await user.type(field('Registry'), 'gcr.io/acme');
    expect(field('User').value).toBe('_json_key');
    await user.click(secret('Service account key'));
    await user.paste(key);
    await user.click(button('Save without testing'));
    await screen.findByText(/^Added/);
    expect(saved(backend)?.token).toEqual({ action: 'set', token: key });
  });

  it('keep the lines that are pasted into a field of one line', async () => {
    const { user } = await openAdd();
    const input = secret('Password or token');
    expect(input.type).toBe('password');
    await fireEvent.paste(input, {
      clipboardData: { getData: () => 'first\r\nsecond\n' } as unknown as DataTransfer,
    });
    await waitFor(() => expect(secret('Password or token').tagName).toBe('TEXTAREA'));
    expect(secret('Password or token').value).toBe('first\nsecond');
    expect(secret('Password or token').className).toContain('hidden');
    await user.click(button('Show what is typed'));
    expect(secret('Password or token').className).not.toContain('hidden');
  });

  it('says how a day is written, and offers the usual spans', async () => {
    const { user } = await openAdd();
    await user.type(field('Good until'), 'soon');
    await user.tab();
    await screen.findByText(/Write the day as year-month-day/);
    await user.clear(field('Good until'));
    await user.click(button('In 90 days'));
    expect(field('Good until').value).toMatch(/^\d{4}-\d\d-\d\d$/);
    await screen.findByText(/in 90 days$/);
  });
});

describe('the connection', () => {
  it('is folded and verified unless the person wants otherwise', async () => {
    const { backend, user } = await openAdd();
    expect(screen.getByText('TLS verified', { selector: 'summary *' })).toBeTruthy();
    await unfold(user);
    expect(connection('Trust exactly one certificate').disabled).toBe(true);
    await user.click(connection('Don’t verify'));
    expect(screen.getByText(/can pose as this registry/)).toBeTruthy();
    await user.type(field('Registry'), 'registry.example.com');
    await user.click(button('Save without testing'));
    await screen.findByText(/^Added/);
    expect(saved(backend)?.container?.insecure).toBe(true);
    await screen.findByText('No token · TLS not verified');
  });

  it('takes files for an authority and for a client certificate with its key', async () => {
    const { backend, user } = await openAdd();
    await user.type(field('Registry'), 'registry.example.com');
    await unfold(user);
    await user.click(connection('Verify it by your own authority'));
    for (const name of ['caFile', 'clientCertificate', 'clientKey']) {
      await user.click(document.querySelector(`[name="${name}"]`) as HTMLElement);
    }
    await user.click(button('Save without testing'));
    await screen.findByText(/^Added/);
    expect(saved(backend)).toMatchObject({
      caFile: '/home/jane/certs/lab-root.pem',
      container: {
        clientCertificate: '/home/jane/certs/laptop.pem',
        clientKey: '/home/jane/certs/laptop.key',
      },
    });
  });

  it('opens at what is wrong in it', async () => {
    const { backend, user } = await openAdd();
    await user.type(field('Registry'), 'registry.example.com');
    await unfold(user);
    await user.click(document.querySelector('[name="clientCertificate"]') as HTMLElement);
    await user.click(button('Save without testing'));
    await screen.findByText(/needs its key/);
    expect(document.activeElement?.getAttribute('name')).toBe('clientKey');
    expect(backend.requests('add_registry')).toEqual([]);
  });

  it('does not send a file that no longer counts', async () => {
    const { backend, user } = await openAdd();
    await user.type(field('Registry'), 'registry.example.com');
    await unfold(user);
    await user.click(connection('Verify it by your own authority'));
    await user.click(document.querySelector('[name="caFile"]') as HTMLElement);
    await user.click(connection('Verify its certificate'));
    await user.click(button('Save without testing'));
    await screen.findByText(/^Added/);
    expect(saved(backend)?.caFile).toBeNull();
  });
});

describe('a test', () => {
  const tested = (backend: Backend) => backend.requests('test_registry').map(({ draft }) => draft);

  it('says that the credentials were accepted', async () => {
    const { user } = await openAdd('Docker Hub', 'container-proved');
    await user.click(button('Test'));
    await screen.findByText('docker.io works');
    expect(screen.getByText(/asked for the credentials and accepted them/)).toBeTruthy();
  });

  it('does not call credentials good that were not looked at', async () => {
    const { user } = await openAdd('JFrog Artifactory', 'container-open');
    await user.type(field('Registry'), 'acme.jfrog.io');
    await user.click(button('Test'));
    await screen.findByText('acme.jfrog.io works, but your credentials are not proved');
    expect(screen.getByText(/it did not check the password/)).toBeTruthy();
  });

  it('trusts the certificate that it has shown, and tests again', async () => {
    const { backend, user } = await openAdd('Other registry', 'container-untrusted');
    await user.type(field('Registry'), '192.168.1.77:5000');
    await user.click(button('Test'));
    await screen.findByText('itself (self-signed)');
    await user.click(button('Trust this certificate'));
    await screen.findByText('192.168.1.77 works');
    expect(tested(backend)[1]?.trustedCertificate).toMatch(/^9F:31/);
    expect(connection('Trust exactly one certificate').checked).toBe(true);
  });

  it('asks once before the credentials go to another site', async () => {
    const { backend, user } = await openAdd('Other registry', 'container-realm');
    await user.type(field('Registry'), 'registry.example.com');
    await user.click(button('Test and save'));
    await screen.findByRole('heading', { name: 'Send the credentials to auth.example.net?' });
    expect(backend.requests('add_registry')).toEqual([]);
    await user.click(button('Approve auth.example.net'));
    await screen.findByText('registry.example.com works');
    const servers = tested(backend).map(({ container }) => container?.tokenServer);
    expect(servers).toEqual([null, 'https://auth.example.net/token']);
    expect(screen.getByText(/You have approved that the credentials go there/)).toBeTruthy();
  });

  it('offers http only where the server speaks nothing else', async () => {
    const { backend, user } = await openAdd('Other registry', 'container-http');
    await user.type(field('Registry'), 'https://registry.example.com/v2/');
    await user.click(button('Test'));
    await user.click(await screen.findByRole('button', { name: 'Use http only' }));
    await screen.findByText('registry.example.com works');
    expect(tested(backend).map(({ allowHttp }) => allowHttp)).toEqual([false, true]);
    // An address that began with https:// would contradict it.
    expect(field('Registry').value).toBe('registry.example.com');
  });

  it('says how long to wait', async () => {
    const { user } = await openAdd('Docker Hub', 'container-wait');
    await user.click(button('Test'));
    await screen.findByText('Try again in 4 minutes.');
  });

  it('can be left out, which the list says', async () => {
    const { backend, user } = await openAdd();
    await user.type(field('Registry'), 'unchecked.example.com');
    await user.click(button('Save without testing'));
    const row = await screen.findByRole('row', { name: /unchecked\.example\.com/ });
    expect(backend.requests('add_registry')[0]?.test).toBeNull();
    expect(row.textContent).toContain('Not checked');
  });

  it('that failed need not keep anybody from saving', async () => {
    const { user } = await openAdd('Other registry', 'container-refused');
    await user.type(field('Registry'), 'refused.example.com');
    await user.click(button('Test'));
    await screen.findByText('The credentials were refused');
    await user.click(button('Save anyway'));
    const row = await screen.findByRole('row', { name: /refused\.example\.com/ });
    expect(row.textContent).toContain('Credentials refused');
  });
});

describe('editing', () => {
  it('resets nothing that was not touched', async () => {
    const { backend, user, record } = await openEdit('192.168.1.200:5000');
    await user.type(field('Name'), ' two');
    await user.click(button('Save without testing'));
    await screen.findByText('Saved “Lab two”');
    const draft = saved(backend);
    expect(draft).toMatchObject({
      url: '192.168.1.200:5000',
      token: { action: 'keep' },
      trustedCertificate: record?.trustedCertificate,
      container: {
        user: 'janedoe',
        insecure: false,
        clientCertificate: '/home/jane/certs/laptop.pem',
        clientKey: '/home/jane/certs/laptop.key',
        tokenServer: 'https://auth.lab.example.net/token',
      },
    });
  });

  it('asks before a test sends the stored secret to another host', async () => {
    const { backend, user } = await openEdit('quay.io');
    await user.clear(field('Registry'));
    await user.type(field('Registry'), 'quay.example.com');
    await user.click(button('Test'));
    const dialog = await screen.findByRole('dialog', { name: 'Send the stored token there?' });
    expect(dialog.textContent).toContain('sends it to quay.example.com');
    await user.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    expect(backend.requests('test_registry')).toEqual([]);
  });

  it('says that the stored secret has gone with a registry that was deleted elsewhere', async () => {
    const { backend, user, record } = await openEdit('quay.io');
    await user.type(field('Name'), ' mine');
    backend.records = backend.records.filter(({ row }) => row.id !== record?.row.id);
    await backend.emit({ type: 'registries_changed', revision: '99', outside: true });
    await screen.findByText(/token has left your keychain \(GNOME Keyring\) with it/);
    expect(screen.queryByRole('button', { name: 'Replace' })).toBeNull();
    await user.type(secret('Robot token or password'), 'again');
    await user.click(button('Save without testing'));
    await screen.findByText(/mine”/);
    expect(backend.requests('update_registry')).toEqual([]);
    expect(saved(backend)?.token).toEqual({ action: 'set', token: 'again' });
  });

  it('compares everything that differs outside', async () => {
    const { backend, user, record } = await openEdit('quay.io');
    await user.clear(field('Robot account or user'));
    await user.type(field('Robot account or user'), 'acme+other');
    await backend.changeOutside(record?.row.id ?? '', { user: 'acme+theirs' });
    await user.click(await screen.findByRole('button', { name: 'Compare…' }));
    const dialog = await screen.findByRole('dialog', { name: /Changed outside/ });
    const row = within(dialog).getByRole('row', { name: /User/ });
    expect(row.textContent).toMatch(/acme\+theirs.*acme\+other/);
  });
});

it('explains every failure of a container registry with one next step', () => {
  const [record] = containerRegistries();
  const report = record?.lastCheck;
  if (!report) throw new Error('no report');
  for (const kind of Object.keys(m.registries.failure) as (keyof typeof m.registries.failure)[]) {
    for (const atTokenServer of [false, true]) {
      const realm = 'https://auth.example.net/token';
      const nothing = {
        said: null,
        hint: null,
        status: null,
        redirectedTo: null,
        seconds: null,
        raw: '',
      };
      const failure = { ...nothing, kind, atTokenServer, realm };
      const words = m.checks.explain({ host: 'r.example.com', failure, report, kind: 'container' });
      const all = `${words.title} ${words.why} ${words.next}`;
      expect(all).not.toMatch(/devfile|undefined|null/);
      expect(words.title).not.toMatch(/^the /);
      expect(words.next).toMatch(/\.$/);
    }
  }
});
