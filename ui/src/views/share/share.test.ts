import { screen, within } from '@testing-library/svelte';
import { expect, it } from 'vitest';

import { Backend, refusal } from '../../dev/backend';
import { scenes } from '../../dev/scenes';
import { compare, openExport, openImportFile } from '../../dev/share-screens';
import { button, field, openWindow } from '../../dev/window';

const scene = (name: string) => scenes[name]?.() ?? new Backend([]);
const box = (name: RegExp) => screen.getByRole<HTMLInputElement>('checkbox', { name });
const radio = (group: RegExp, name: string) =>
  within(screen.getByRole('group', { name: group })).getByRole<HTMLInputElement>('radio', { name });

it('exports what others can reach, into the file of the dialog', async () => {
  const backend = scene('share');
  const user = await openWindow(backend);
  await openExport(user);
  expect(box(/^Here/).checked).toBe(false);
  expect(box(/^StageRegistry/).checked).toBe(true);
  await user.click(box(/^StageRegistry/));
  await user.click(button('Choose…'));
  await user.click(button(/^Export \d+ registries$/));
  await screen.findByText(/^Wrote \d+ registries to \/home\/jane\/registries-export\.toml$/);
  const [request] = backend.requests('export_registries');
  const stage = backend.records.find(({ row }) => row.name === 'StageRegistry');
  expect(request?.ids).not.toContain(stage?.row.id);
  // The system's dialog has asked already.
  expect(request?.replace).toBe(true);
});

it('asks before it replaces a file that was typed', async () => {
  const backend = scene('share');
  backend.share.files.add('/home/jane/mine.toml');
  const user = await openWindow(backend);
  await openExport(user);
  await user.type(field('File'), '/home/jane/mine.toml');
  await user.click(button(/^Export \d/));
  await screen.findByRole('heading', { name: 'A file is there already' });
  expect(document.activeElement).toBe(button('Choose another'));
  await user.click(button('Replace it'));
  await screen.findByText(/^Wrote/);
  expect(backend.requests('export_registries').map(({ replace }) => replace)).toEqual([
    false,
    true,
  ]);
});

it('shows a path that will not do at the field', async () => {
  const backend = scene('share');
  backend.overrides.export_registries = () => {
    throw refusal({ code: 'invalid', field: 'file', message: 'This is Registrar’s own list.' });
  };
  const user = await openWindow(backend);
  await openExport(user);
  await user.type(field('File'), '/x');
  await user.click(button(/^Export \d/));
  await screen.findByText('This is Registrar’s own list.');
  expect(field('File').getAttribute('aria-invalid')).toBe('true');
});

it('says where a file is wrong', async () => {
  const backend = scene('share');
  backend.overrides.read_shared = () => {
    const message = 'Line 2, column 13: the string is not closed.';
    throw refusal({ code: 'invalid', field: 'file', message, hint: 'Mend it.' });
  };
  const user = await openWindow(backend);
  await openImportFile(user);
  await user.type(field('File'), '/home/jane/theirs.toml');
  await user.click(button('Read the file'));
  await screen.findByText('Line 2, column 13: the string is not closed. Mend it.');
});

it('compares field by field and takes only what was chosen', async () => {
  const backend = scene('share');
  const user = await openWindow(backend);
  await compare(user);
  screen.getByText('2 new, 2 different, 1 the same.');
  screen.getByText('Adds 2, replaces 0, leaves 3 out');
  const table = screen.getByRole('table', { name: 'What differs in StageRegistry' });
  expect(table.textContent).toContain('https://registry.stage.devfile.io');
  expect(table.textContent).toContain('http://registry.staging.example.com');
  expect(radio(/🧪 Lab/, 'Take theirs').disabled).toBe(true);
  screen.getByText(/your token is removed/);
  screen.getByText('Accepts any certificate');

  await user.click(radio(/StageRegistry/, 'Take theirs'));
  await user.click(radio(/🧪 Lab/, 'Keep both'));
  await user.clear(field('Name of theirs'));
  await user.type(field('Name of theirs'), 'Their lab');
  await user.click(box(/Platform images/));
  screen.getByText('Adds 2, replaces 1, leaves 2 out');
  await user.click(button('Import 3 registries'));
  await screen.findByText('3 registries imported');
  expect(backend.requests('import_shared')[0]?.choices).toEqual([
    { key: 1, take: { take: 'replace' } },
    { key: 2, take: { take: 'add', name: 'Their lab' } },
    { key: 3, take: { take: 'add', name: 'Platform team' } },
  ]);
  await user.click(button('Enter it: the password or token of StageRegistry'));
  await screen.findByRole('heading', { name: 'Edit StageRegistry', level: 1 });
});

it('compares anew where something changed meanwhile', async () => {
  const backend = scene('share');
  const user = await openWindow(backend);
  await compare(user);
  backend.overrides.import_shared = () => {
    throw refusal({ code: 'changed_elsewhere', message: 'Changed.' });
  };
  await user.click(button('Import 2 registries'));
  await screen.findByText(/It was compared again/);
  expect(backend.requests('read_shared')).toHaveLength(2);
});

it('says which name will not do, and keeps the choices', async () => {
  const backend = scene('share');
  const user = await openWindow(backend);
  await compare(user);
  backend.overrides.import_shared = () => {
    throw refusal({ code: 'name_taken', field: 'name', message: 'The name “Lab” is taken.' });
  };
  await user.click(box(/Platform images/));
  await user.click(button('Import 1 registry'));
  await screen.findByText('The name “Lab” is taken.');
  expect(box(/Platform images/).checked).toBe(false);
});

it('is reached by the palette', async () => {
  const user = await openWindow(scene('share'));
  await user.keyboard('{Control>}k{/Control}');
  await user.keyboard('import registries from a file{Enter}');
  await screen.findByRole('heading', { name: 'Import registries', level: 1 });
  await user.keyboard('{Escape}');
  await screen.findByRole('heading', { name: 'Registries', level: 1 });
});
