import { screen, waitFor, within } from '@testing-library/svelte';
import type { UserEvent } from '@testing-library/user-event';
import { expect, it } from 'vitest';

import { Backend, refusal } from '../../dev/backend';
import { scenes } from '../../dev/scenes';
import { importRow } from '../../dev/tools-data';
import { button, openWindow } from '../../dev/window';

const scene = (name: string) => scenes[name]?.() ?? new Backend([]);
const box = (name: RegExp) => screen.getByRole<HTMLInputElement>('checkbox', { name });
const list = (name: string) => screen.getByRole('list', { name });

async function openImport(backend: Backend): Promise<UserEvent> {
  const user = await openWindow(backend);
  await user.click(button('Tools'));
  await user.click(await screen.findByRole('button', { name: 'Import credentials…' }));
  await screen.findByRole('heading', { name: 'Import credentials', level: 1 });
  return user;
}

async function openFound(backend: Backend): Promise<UserEvent> {
  const user = await openImport(backend);
  await screen.findByRole('list', { name: 'Credentials found' });
  return user;
}

/** The words of the row that is about a registry. */
function row(of: string, registry: RegExp): string {
  const items = [...list(of).children].map((item) => item.textContent?.replace(/\s+/g, ' ') ?? '');
  return items.find((text) => registry.test(text)) ?? '';
}

it('says that it is searching, and can be left meanwhile', async () => {
  const backend = scene('import');
  let answer: (() => void) | undefined;
  backend.overrides.search_import = () =>
    new Promise((resolve) => (answer = () => resolve(backend.tools.findings)));
  const user = await openImport(backend);
  await screen.findByText(/Searching the files of docker and podman/);
  await user.click(button('Cancel'));
  await screen.findByRole('heading', { name: 'Tools', level: 1 });
  answer?.();
});

it('lists what was found: where it lies, who can read it, what it would replace', async () => {
  await openFound(scene('import'));
  screen.getByText('7 credentials found');
  expect(row('Credentials found', /gitlab/)).toMatch(/deploy-token-7.*Readable by any program/);
  expect(row('Credentials found', /gitlab/)).toContain('/home/jane/.docker/config.json');
  expect(row('Credentials found', /docker\.io/)).toContain('With helper secretservice');
  expect(row('Credentials found', /quay/)).toContain(
    'Replaces the credential of “Quay” (user acme+deploy)',
  );
  expect(row('Credentials found', /lab\.local/)).toContain('Becomes the credential of “Lab”');
  expect(row('Credentials found', /ghcr/)).toContain('Found more than once');
  expect(row('Credentials found', /old mirror/)).toContain('Its address has');
  screen.getByText('2 places could not be searched');
  screen.getByText(/The helper “pass” did not answer/);
});

it('chooses plaintext that replaces nothing, and leaves the rest to the person', async () => {
  const user = await openFound(scene('import'));
  expect(box(/gitlab/).checked).toBe(true);
  expect(box(/quay/).checked).toBe(false);
  expect(box(/docker\.io/).checked).toBe(false);
  expect(box(/old mirror/).disabled).toBe(true);
  await user.click(button('Select all plaintext'));
  expect(box(/quay/).checked).toBe(true);
  expect(box(/docker\.io/).checked).toBe(false);
  button('Move 5 credentials');
  await user.click(button('Select none'));
  expect(button('Move 0 credentials')).toHaveProperty('disabled', true);
  box(/quay/).focus();
  await user.keyboard(' ');
  button('Move 1 credential');
});

it('moves, says what came of each, hands over to docker and removes the plaintext', async () => {
  const backend = scene('import');
  const user = await openFound(backend);
  await user.click(button('Select all'));
  await user.click(button('Move 6 credentials'));
  await screen.findByText('5 of 6 moved into Registrar.');
  expect(backend.requests('import_credentials')[0]?.keys).toEqual(['1', '2', '3', '4', '5', '6']);
  expect(row('Results', /jane-doe/)).toContain('Signed in');
  expect(row('Results', /gitlab/)).toMatch(/plaintext stays until a check has passed/);
  expect(row('Results', /gitlab/)).not.toContain('Signed in');
  expect(row('Results', /quay/)).toMatch(/Open.*did not ask for the credential/);
  expect(row('Results', /docker\.io/)).toMatch(
    /Not moved.*gave no credential.*Unlock the keychain/,
  );

  await screen.findByText(/Let the tools ask Registrar first/);
  await user.click(await screen.findByRole('button', { name: 'Let Docker ask Registrar…' }));
  const enable = await screen.findByRole('dialog', { name: /Let Docker ask Registrar for 3 reg/ });
  await user.click(within(enable).getByRole('button', { name: 'Apply' }));
  await screen.findByText('Docker asks Registrar for what you imported.');
  await user.click(button('Let Podman ask Registrar…'));
  await user.click(
    within(await screen.findByRole('dialog')).getByRole('button', { name: 'Apply' }),
  );
  await waitFor(() => expect(screen.queryByText(/Let the tools ask Registrar first/)).toBeNull());

  screen.getByText(/nobody knows yet whether it is right/);
  await user.click(button('Remove the plaintext copies…'));
  const scrub = await screen.findByRole('dialog', { name: 'Remove 4 plaintext copies?' });
  within(scrub).getByText(/This cannot be undone/);
  expect(scrub.textContent).not.toContain('gitlab');
  await user.click(within(scrub).getByRole('button', { name: 'Remove for good' }));
  await screen.findByText('4 plaintext copies are gone.');
  expect(backend.requests('plan_tools').at(-1)).toEqual({
    change: 'scrub',
    keys: ['1', '3', '4', '6'],
  });
  expect(row('Results', /jane-doe/)).toContain('Plaintext removed');
  expect(row('Results', /gitlab/)).not.toContain('Plaintext removed');
  expect(screen.queryByRole('button', { name: 'Remove the plaintext copies…' })).toBeNull();
  screen.getByText('Nothing is left to tidy up.');
});

it('removes nothing when the last question is cancelled', async () => {
  const backend = scene('import');
  const user = await openFound(backend);
  await user.click(button('Move 4 credentials'));
  await user.click(await screen.findByRole('button', { name: 'Remove the plaintext copies…' }));
  const scrub = await screen.findByRole('dialog');
  await user.click(within(scrub).getByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(backend.requests('apply_plan')).toEqual([]);
  button('Remove the plaintext copies…');
});

it('shows how far it is, and stops when asked to', async () => {
  const backend = scene('import');
  backend.tools.moveMillis = 30;
  const user = await openFound(backend);
  await user.click(button('Move 4 credentials'));
  await screen.findByText('Moved and checked 1 of 4');
  expect(screen.getByRole('progressbar')).toHaveProperty('value', 1);
  await user.click(button('Stop'));
  await screen.findByText('You stopped the import');
  expect(backend.requests('cancel_operation')).toEqual([
    { operation: backend.requests('import_credentials')[0]?.operation },
  ]);
  screen.getByText(/^\d of 4 moved into Registrar\.$/);
  expect(list('Results').textContent).toContain('You stopped before it came to this one.');
});

it('goes on while another page is looked at, and shows its end', async () => {
  const backend = scene('import');
  backend.tools.moveMillis = 20;
  const user = await openFound(backend);
  await user.click(button('Move 4 credentials'));
  await user.click(button('Activity'));
  await screen.findByText('The import is finished: 4 credentials moved.');
  await user.click(button('Show'));
  await screen.findByText('All 4 moved into Registrar.');
  expect(backend.requests('search_import')).toHaveLength(1);
});

it('keeps the choice where the vault is locked, and goes on once it is not', async () => {
  const backend = scene('locked');
  backend.tools.findings = { rows: [importRow('1', 'ghcr.io')], failures: [] };
  const locked = refusal({ code: 'vault_locked', message: 'The vault is locked.' });
  let refused = 0;
  backend.overrides.import_credentials = ({ keys, operation }) => {
    if (backend.vault.state !== 'ready') {
      refused += 1;
      throw locked;
    }
    return backend.tools.import(
      keys,
      operation,
      (event) => backend.emit(event),
      () => false,
    );
  };
  const user = await openFound(backend);
  await user.click(button('Move 1 credential'));
  const unlock = await screen.findByRole('dialog', { name: 'Unlock the passphrase vault' });
  expect(refused).toBe(1);
  await user.type(within(unlock).getByLabelText('Passphrase'), 'correct horse{Enter}');
  await screen.findByText('Moved into Registrar.');
});

it('says why the import did not work, and offers it again', async () => {
  const backend = scene('import');
  backend.overrides.import_credentials = () => {
    throw refusal({ code: 'storage', message: 'The list cannot be written.' });
  };
  const user = await openFound(backend);
  await user.click(button('Move 4 credentials'));
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toMatch(/The import did not work.*The list cannot be written/s);
  expect(box(/gitlab/).checked).toBe(true);
  backend.overrides = {};
  await user.click(within(alert).getByRole('button', { name: 'Try again' }));
  await screen.findByText('All 4 moved into Registrar.');
});

it('says that there is nothing to import', async () => {
  const user = await openImport(scene('import-none'));
  await screen.findByText('Nothing to import');
  await user.keyboard('{Escape}');
  await screen.findByRole('grid');
});

it('offers to link the helper in where tools do not find it yet', async () => {
  const backend = scene('import');
  backend.tools.helper = {
    ...backend.tools.helper,
    found: null,
    foundIsOurs: false,
    linked: false,
  };
  const user = await openFound(backend);
  await user.click(button('Move 4 credentials'));
  const first = await screen.findByRole('region', { name: 'Let tools find Registrar' });
  await user.click(within(first).getByRole('button', { name: 'Link it in…' }));
  await user.click(
    within(await screen.findByRole('dialog')).getByRole('button', { name: 'Apply' }),
  );
  await screen.findByText('The helper is linked in.');
  await waitFor(() =>
    expect(screen.queryByRole('region', { name: 'Let tools find Registrar' })).toBeNull(),
  );
});

it('is offered by the palette', async () => {
  const user = await openWindow(scene('import'));
  await user.keyboard('{Control>}k{/Control}');
  await user.type(await screen.findByRole('combobox'), 'import cred{Enter}');
  await screen.findByRole('list', { name: 'Credentials found' });
});

it('is offered where the list is empty, and on the first run', async () => {
  const user = await openWindow(scene('empty'));
  await user.click(await screen.findByRole('button', { name: 'Import credentials…' }));
  await screen.findByRole('heading', { name: 'Import credentials', level: 1 });
  await user.keyboard('{Control>}k{/Control}');
  await user.type(await screen.findByRole('combobox'), 'welcome{Enter}');
  await screen.findByRole('heading', { name: 'Welcome to Registrar', level: 1 });
  await user.click(button('Import credentials…'));
  await screen.findByText('Nothing to import');
});
