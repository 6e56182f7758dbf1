import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { Backend, refusal } from '../../dev/backend';
import { scenes } from '../../dev/scenes';
import { button, openWindow } from '../../dev/window';

const scene = (name: string) => scenes[name]?.() ?? new Backend([]);
const card = () => screen.findByRole('region', { name: 'odo' });
const toggle = (name: string) => screen.getByRole('switch', { name: `odo has ${name}` });
const isOn = (name: string) => toggle(name).getAttribute('aria-checked') === 'true';
const question = (name: string) => screen.findByRole('dialog', { name });
const text = (element: Element) => element.textContent?.replace(/\s+/g, ' ').trim() ?? '';
const order = () =>
  within(screen.getByRole('list', { name: /in the order in which it looks/ }))
    .getAllByRole('listitem')
    .map(text);

async function openOdo(backend = scene('odo')) {
  const user = await openWindow(backend);
  await user.click(button('Tools'));
  await within(await card()).findByText(/^Configuration/);
  return user;
}

/** Apply, once the plan is there. */
async function ready(dialog: HTMLElement, name = 'Apply') {
  const apply = within(dialog).getByRole<HTMLButtonElement>('button', { name });
  await waitFor(() => expect(apply.disabled).toBe(false));
  return apply;
}

describe('odo on the Tools page', () => {
  it('is shown with its version, its file, its registries and their order', async () => {
    await openOdo();
    expect(text(await card())).toMatch(/odo\s*3\.16\.1\s*\/usr\/local\/bin\/odo/);
    expect(order()[0]).toContain('1 Team https://team.example.com with a token');
    expect(order()[1]).toContain('Registries on GitHub are no longer supported.');
    expect(order()[2]).toContain('“DefaultDevfileRegistry” in Registrar');
    expect(isOn('StageRegistry')).toBe(false);
    screen.getByText('In odo as “DefaultDevfileRegistry”, not from Registrar');
    expect(toggle('DefaultDevfileRegistry')).toHaveProperty('disabled', true);
  });

  it('gets a registry and its token after both were shown, and loses them again', async () => {
    const user = await openOdo();
    await user.click(toggle('StageRegistry'));
    const dialog = await question('Use “StageRegistry” in odo?');
    const apply = await ready(dialog);
    within(dialog).getByText('URL: https://registry.stage.devfile.io', { exact: false });
    expect(text(dialog)).toContain('odo-StageRegistry is put there');
    expect(text(dialog)).toContain('odo 3 keeps a token but never sends it');
    expect(isOn('StageRegistry')).toBe(false);
    await user.click(apply);
    await screen.findByText('odo has it now.');
    screen.getByText('In odo, with its token');
    expect(order()[0]).toContain('StageRegistry');

    await user.click(toggle('StageRegistry'));
    const removing = await question('Remove “StageRegistry” from odo?');
    const remove = await ready(removing, 'Remove');
    expect(text(removing)).toContain('odo-StageRegistry goes');
    await user.click(remove);
    await screen.findByText('odo no longer has it.');
    expect(isOn('StageRegistry')).toBe(false);
    expect(order()).toHaveLength(3);
  });

  it('gets the address alone where the person wants that', async () => {
    const user = await openOdo();
    await user.click(toggle('StageRegistry'));
    const dialog = await question('Use “StageRegistry” in odo?');
    await ready(dialog);
    await user.click(within(dialog).getByRole('checkbox', { name: /Give odo its token/ }));
    await within(dialog).findByText('secure: false', { exact: false });
    expect(text(dialog)).not.toContain('odo-StageRegistry');
    await user.click(await ready(dialog));
    await screen.findByText('In odo');
  });

  it('is not changed when the question is cancelled', async () => {
    const backend = scene('odo');
    const user = await openOdo(backend);
    await user.click(toggle('StageRegistry'));
    const dialog = await question('Use “StageRegistry” in odo?');
    await ready(dialog);
    // Escape, as the system says it to a modal dialog.
    dialog.dispatchEvent(new Event('cancel', { cancelable: true }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(backend.odo.entries).toHaveLength(3);
  });

  it('keeps its own registry of the same name unless it is to be replaced', async () => {
    const backend = scene('odo');
    const [first] = backend.odo.entries;
    if (first) first.name = 'StageRegistry';
    const user = await openOdo(backend);
    screen.getByText('odo has another of this name: https://team.example.com');
    await user.click(toggle('StageRegistry'));
    const dialog = await question('Use “StageRegistry” in odo?');
    const words = 'odo has another “StageRegistry”: https://team.example.com';
    await within(dialog).findByText(words);
    await user.click(within(dialog).getByRole('checkbox', { name: /^Replace it/ }));
    const apply = await ready(dialog);
    within(dialog).getByText(words);
    await user.click(apply);
    await screen.findByText('odo has it now.');
    expect(order()[0]).toContain('https://registry.stage.devfile.io');
  });

  it('loses an entry of its own when the person says so', async () => {
    const user = await openOdo();
    await user.click(button('Remove Old from odo'));
    await user.click(await ready(await question('Remove “Old” from odo?'), 'Remove'));
    await screen.findByText('odo no longer has it.');
    expect(order()).toHaveLength(2);
  });

  it('is rid of what a registry that is gone has left there', async () => {
    const backend = scene('odo');
    const user = await openOdo(backend);
    await user.click(toggle('StageRegistry'));
    await user.click(await ready(await question('Use “StageRegistry” in odo?')));
    await screen.findByText('odo has it now.');
    expect(screen.queryByRole('button', { name: 'Remove StageRegistry from odo' })).toBeNull();
    backend.records = backend.records.filter(({ row }) => row.name !== 'StageRegistry');
    await backend.emit({ type: 'registries_changed', revision: 'next', outside: true });
    await user.click(await screen.findByRole('button', { name: 'Remove StageRegistry from odo' }));
    await user.click(await ready(await question('Remove “StageRegistry” from odo?'), 'Remove'));
    await screen.findByText('odo no longer has it.');
    expect(order()).toHaveLength(3);
  });

  it('is shown anew where its list has changed meanwhile', async () => {
    const backend = scene('odo');
    const user = await openOdo(backend);
    await user.click(toggle('StageRegistry'));
    const dialog = await question('Use “StageRegistry” in odo?');
    backend.overrides.apply_odo = () => {
      throw refusal({ code: 'plan_outdated', message: 'Nothing was written.' });
    };
    await user.click(await ready(dialog));
    await within(dialog).findByText('odo’s list has changed since; here is the new plan');
    backend.overrides = {};
    await user.click(await ready(dialog));
    await screen.findByText('odo has it now.');
  });

  it('says why nothing could be written, and can be tried again', async () => {
    const backend = scene('odo');
    const user = await openOdo(backend);
    await user.click(toggle('StageRegistry'));
    const dialog = await question('Use “StageRegistry” in odo?');
    backend.overrides.apply_odo = () => {
      throw refusal({ code: 'storage', message: 'The disk is full.' });
    };
    await user.click(await ready(dialog));
    await within(dialog).findByText('The disk is full.');
    backend.overrides = {};
    await user.click(within(dialog).getByRole('button', { name: 'Try again' }));
    await screen.findByText('odo has it now.');
  });

  it('offers nothing while its configuration cannot be understood', async () => {
    await openOdo(scene('odo-problem'));
    screen.getByText(/line 4, column 3, cannot be understood/);
    screen.getByText('Not installed');
    expect(screen.queryByRole('switch', { name: /^odo has/ })).toBeNull();
    expect(button('Import from odo…')).toHaveProperty('disabled', true);
  });

  it('says why it could not be looked at, and looks again', async () => {
    const backend = scene('odo');
    backend.overrides.odo_page = () => {
      throw refusal({ code: 'internal', message: 'Something went wrong.' });
    };
    const user = await openWindow(backend);
    await user.click(button('Tools'));
    const alert = await within(await card()).findByRole('alert');
    expect(alert.textContent).toContain('odo could not be looked at');
    backend.overrides = {};
    await user.click(within(alert).getByRole('button', { name: 'Try again' }));
    await within(await card()).findByText('Configuration');
  });
});

describe('the import from odo', () => {
  it('offers what Registrar has not, says why the rest cannot be had, and adds it', async () => {
    const backend = scene('odo');
    const user = await openOdo(backend);
    await user.click(button('Import from odo…'));
    const dialog = await question('Import from odo');
    const box = (name: RegExp) => within(dialog).getByRole<HTMLInputElement>('checkbox', { name });
    expect(box(/^Team/).checked).toBe(true);
    expect(box(/^Old .*GitHub are no longer supported/).disabled).toBe(true);
    expect(box(/^Default.*Already here as “DefaultDevfileRegistry”/).disabled).toBe(true);
    await user.click(within(dialog).getByRole('button', { name: 'Import 1 registry' }));
    await within(dialog).findByText('Added as “Team”');
    await user.click(within(dialog).getByRole('button', { name: 'Close' }));
    expect(backend.records.map(({ row }) => row.name)).toContain('Team');
    screen.getByText('In odo as “Team”, not from Registrar');
  });

  it('leaves out what the person does not want', async () => {
    const backend = scene('odo');
    const [, old] = backend.odo.entries;
    if (old) old.problem = null;
    const user = await openOdo(backend);
    await user.click(button('Import from odo…'));
    const dialog = await question('Import from odo');
    const team = within(dialog).getByRole<HTMLInputElement>('checkbox', { name: /^Team/ });
    await user.click(team);
    expect(team.checked).toBe(false);
    await user.click(within(dialog).getByRole('button', { name: 'Import 1 registry' }));
    await within(dialog).findByText('Added as “Old”');
    expect(backend.records.map(({ row }) => row.name)).not.toContain('Team');
  });

  it('bears the same name twice, as a person may have written it', async () => {
    const backend = scene('odo');
    const [team] = backend.odo.entries;
    if (team) backend.odo.entries.push({ ...team, url: 'https://older.example.com' });
    const user = await openOdo(backend);
    await user.click(button('Import from odo…'));
    const dialog = await question('Import from odo');
    expect(within(dialog).getAllByRole('checkbox', { name: /^Team/ })).toHaveLength(2);
    within(dialog).getByRole('button', { name: 'Import 1 registry' });
  });

  it('is offered by the palette, and where a registry is added', async () => {
    const user = await openWindow(scene('odo'));
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByRole('combobox'), 'import reg{Enter}');
    const dialog = await question('Import from odo');
    await within(dialog).findByRole('checkbox', { name: /^Team/ });
    await user.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    await user.click(button('Add registry'));
    await user.click(await screen.findByRole('button', { name: 'Import from odo…' }));
    await question('Import from odo');
  });

  it('fills an empty list', async () => {
    const user = await openWindow(scene('empty'));
    await user.click(await screen.findByRole('button', { name: 'Import from odo…' }));
    const dialog = await question('Import from odo');
    await user.click(await within(dialog).findByRole('button', { name: 'Import 2 registries' }));
    await within(dialog).findByText('Added as “Team”');
    await user.click(within(dialog).getByRole('button', { name: 'Close' }));
    await screen.findByRole('row', { name: /DefaultDevfileRegistry/ });
  });

  it('says why odo’s list cannot be read, and that there is nothing new', async () => {
    const backend = scene('odo-problem');
    const user = await openWindow(backend);
    const open = async () => {
      await user.keyboard('{Control>}k{/Control}');
      await user.type(await screen.findByRole('combobox'), 'import reg{Enter}');
      return question('Import from odo');
    };
    const broken = await open();
    await within(broken).findByText(/line 4, column 3/);
    await user.click(within(broken).getByRole('button', { name: 'Cancel' }));
    backend.odo.problem = null;
    backend.odo.entries = [];
    await within(await open()).findByText('odo has no registry that Registrar has not.');
  });

  it('says what went wrong with one, and which token is missing', async () => {
    const backend = scene('odo');
    const [, old] = backend.odo.entries;
    if (old) old.problem = null;
    backend.overrides.import_odo = () => ({
      imported: [
        { name: 'Team', addedAs: 'Team 2', id: 'a', tokenMissing: true, error: null },
        {
          name: 'Old',
          addedAs: null,
          id: null,
          tokenMissing: false,
          error: {
            code: 'not_found',
            message: 'odo no longer has “Old”.',
            hint: null,
            retryable: false,
            field: null,
            raw: null,
          },
        },
      ],
    });
    const user = await openOdo(backend);
    await user.click(button('Import from odo…'));
    const dialog = await question('Import from odo');
    await user.click(within(dialog).getByRole('button', { name: 'Import 2 registries' }));
    await within(dialog).findByText('Added as “Team 2”');
    within(dialog).getByText(/the keychain has none/);
    within(dialog).getByText(/odo no longer has “Old”/);
  });
});

describe('odo in a registry’s details', () => {
  it('is given the registry, and its loss is said before the registry is deleted', async () => {
    const user = await openWindow(scene('odo'));
    await user.click(screen.getByRole('row', { name: /StageRegistry/ }));
    await user.click(await screen.findByRole('button', { name: 'Use in odo…' }));
    await user.click(await ready(await question('Use “StageRegistry” in odo?')));
    await screen.findByRole('button', { name: 'Remove from odo…' });
    await user.click(button('Delete…'));
    const dialog = await question('Delete “StageRegistry”?');
    within(dialog).getByText(
      'odo loses it, too: its entry in ~/.odo/preference.yaml, and its token in the keychain, odo-StageRegistry.',
    );
    await user.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    await user.click(button('Remove from odo…'));
    await user.click(await ready(await question('Remove “StageRegistry” from odo?'), 'Remove'));
    await screen.findByRole('button', { name: 'Use in odo…' });
  });

  it('is said in general where odo cannot be looked at just then', async () => {
    const backend = scene('odo');
    const user = await openOdo(backend);
    await user.click(toggle('StageRegistry'));
    await user.click(await ready(await question('Use “StageRegistry” in odo?')));
    await screen.findByText('odo has it now.');
    backend.overrides.plan_odo = () => {
      throw refusal({ code: 'storage', message: 'The file cannot be read.' });
    };
    await user.click(button(/^Registries/));
    await user.click(await screen.findByRole('row', { name: /StageRegistry/ }));
    await user.click(await screen.findByRole('button', { name: 'Delete…' }));
    const dialog = await question('Delete “StageRegistry”?');
    within(dialog).getByText(/its entry in odo’s list, and its token if odo has one/);
  });
});
