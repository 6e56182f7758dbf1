import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { Backend, refusal } from '../../dev/backend';
import { scenes } from '../../dev/scenes';
import { openGo, openSaving, openStacks } from '../../dev/stacks-screens';
import { button, openWindow } from '../../dev/window';

const scene = (name: string) => scenes[name]?.() ?? new Backend([]);
const rows = () =>
  [...document.querySelectorAll<HTMLElement>('[data-stack] b')].map((title) => title.textContent);
const registries = () => screen.getByRole('region', { name: 'Registries' });
const names = () =>
  within(registries())
    .getAllByRole('listitem')
    .map((item) => item.querySelector('b')?.textContent);

async function browse(name: string) {
  const backend = scene(name);
  const user = await openWindow(backend);
  await openStacks(user);
  return { backend, user };
}

describe('the list', () => {
  it('has the stacks of all registries, the same stack once with both', async () => {
    await browse('stacks');
    await waitFor(() => expect(rows()).toHaveLength(8));
    expect(rows()[0]).toBe('Go Runtime');
    const go = button(/^Go Runtime/);
    expect(go.textContent).toContain('DefaultDevfileRegistry');
    expect(go.textContent).toContain('StageRegistry');
    screen.getByText('8 stacks and samples');
  });

  it('shows what has come while others are still asked, and can be stopped', async () => {
    const { user } = await browse('stacks-slow');
    expect(await screen.findAllByText('Fetching…')).toHaveLength(3);
    screen.getByText('Fetching what the registries offer…');
    await screen.findByRole('button', { name: /^Go Runtime/ }, { timeout: 4000 });
    expect(screen.getAllByText('Fetching…').length).toBeGreaterThan(0);
    await user.click(button('Cancel'));
    await screen.findByRole('button', { name: 'Refresh' }, { timeout: 4000 });
  });

  it('says of a registry why it did not answer, and tries that one again', async () => {
    const { backend, user } = await browse('stacks');
    const retry = await screen.findByRole('button', { name: /^Try .*Lab again$/ });
    const item = retry.closest('li');
    expect(item?.textContent).toContain('Refused');
    backend.stacks.sources = backend.stacks.sources.map((source) => ({ ...source, fails: null }));
    await user.click(retry);
    await waitFor(() => expect(item?.textContent).toContain('0 stacks'));
    expect(backend.requests('load_stacks').at(-1)?.refresh).toMatchObject({ which: 'some' });
  });

  it('shows what was fetched before where nothing answers, with its age', async () => {
    await browse('stacks-offline');
    await waitFor(() => expect(rows().length).toBeGreaterThan(0));
    await waitFor(() => expect(registries().textContent).toMatch(/Refused · as of 10 hours ago/));
  });

  it('says that no registry could be reached, and tries again', async () => {
    const { backend, user } = await browse('stacks-unreachable');
    await screen.findByText('No registry could be reached');
    backend.stacks.sources = backend.stacks.sources.map((source) => ({ ...source, fails: null }));
    await user.click(button('Try again'));
    await waitFor(() => expect(rows().length).toBeGreaterThan(0));
  });

  it('teaches where there is no devfile registry', async () => {
    const { user } = await browse('stacks-none');
    await screen.findByText('No devfile registry yet');
    await user.click(button('Add a devfile registry'));
    await screen.findByRole('textbox', { name: 'Address' });
  });

  it('draws some rows of thousands', async () => {
    await browse('stacks-huge');
    await screen.findByText('5,000 stacks and samples');
    await waitFor(() => expect(rows().length).toBeGreaterThan(5));
    expect(rows().length).toBeLessThan(60);
    const item = document.querySelector('[data-stack]')?.closest('li');
    await waitFor(() => expect(item?.getAttribute('aria-setsize')).toBe('5000'));
  });
});

describe('looking for something', () => {
  it('finds by words, and says where nothing matches', async () => {
    const { user } = await browse('stacks');
    await waitFor(() => expect(rows()).toHaveLength(8));
    await user.keyboard('{Control>}f{/Control}');
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('searchbox')));
    await user.keyboard('quarkus');
    await waitFor(() => expect(rows()).toEqual(['Quarkus Java']));
    screen.getByText('1 of 8 stacks and samples');
    await user.keyboard(' nowhere');
    await screen.findByText('Nothing matches');
    const [, clear] = screen.getAllByRole('button', { name: 'Clear filters' });
    await user.click(clear ?? button('Clear filters'));
    await waitFor(() => expect(rows()).toHaveLength(8));
  });

  it('filters by what is ticked, and clears it', async () => {
    const { backend, user } = await browse('stacks');
    await user.click(await screen.findByRole('checkbox', { name: 'COBOL' }));
    await waitFor(() => expect(rows()).toEqual(['Old']));
    await user.click(screen.getByRole('checkbox', { name: 'Deploy' }));
    await user.click(screen.getByRole('checkbox', { name: 'Development' }));
    await waitFor(() =>
      expect(backend.requests('find_stacks').at(-1)?.query).toMatchObject({
        languages: ['COBOL'],
        groups: ['deploy'],
        scopes: ['innerloop'],
      }),
    );
    await user.click(button('Clear filters'));
    await waitFor(() => expect(rows()).toHaveLength(8));
  });

  it('hides deprecated ones, shows samples alone, and sorts by name', async () => {
    const { user } = await browse('stacks');
    await waitFor(() => expect(rows()).toContain('Old'));
    await user.selectOptions(screen.getByRole('combobox', { name: 'Deprecated' }), 'Hidden');
    await waitFor(() => expect(rows()).not.toContain('Old'));
    await user.selectOptions(screen.getByRole('combobox', { name: 'Order' }), 'By name');
    await waitFor(() => expect(rows()[0]).toBe('Demo'));
    await user.click(screen.getByRole('radio', { name: 'Samples' }));
    await waitFor(() => expect(rows()).toEqual(['Demo']));
  });

  it('looks in one registry only, also when it comes from there', async () => {
    const backend = scene('stacks');
    const user = await openWindow(backend);
    await user.click(screen.getByRole('row', { name: /StageRegistry/ }));
    const details = screen.getByRole('complementary');
    await within(details).findByRole('heading', { name: 'StageRegistry' });
    await user.click(within(details).getByRole('button', { name: 'Browse stacks' }));
    await screen.findByRole('heading', { name: 'Stacks', level: 1 });
    await waitFor(() => expect(rows()).toEqual(['Go Runtime', 'Old', 'Demo']));
    const only = within(registries()).getByRole('button', { name: /^StageRegistry/ });
    expect(only.getAttribute('aria-pressed')).toBe('true');
    await user.click(only);
    await waitFor(() => expect(rows()).toHaveLength(8));
  });
});

describe('the order of the registries', () => {
  it('changes with the arrow keys, and is read out', async () => {
    const { backend, user } = await browse('stacks');
    await waitFor(() => expect(names()).toHaveLength(3));
    const [first, second, third] = backend.stacks.sources.map(({ id }) => id);
    screen.getByRole('button', { name: /^Move StageRegistry, number 2 of 3/ }).focus();
    await user.keyboard('{ArrowUp}');
    await waitFor(() => expect(names()[0]).toBe('StageRegistry'));
    screen.getByText('StageRegistry is now number 1 of 3');
    expect(backend.requests('move_registry')).toEqual([{ id: second, before: first }]);
    await waitFor(() =>
      expect(document.activeElement?.getAttribute('aria-label')).toMatch(/number 1 of 3/),
    );
    await user.keyboard('{End}');
    await waitFor(() => expect(names()[2]).toBe('StageRegistry'));
    expect(backend.requests('move_registry').at(-1)).toEqual({ id: second, before: null });
    expect(third).toBeDefined();
    await waitFor(() => expect(rows()[0]).toBe('Go Runtime'));
  });

  it('stays as it was where the file refuses', async () => {
    const { backend, user } = await browse('stacks');
    await waitFor(() => expect(names()).toHaveLength(3));
    backend.overrides.move_registry = () => {
      throw refusal({ code: 'storage', message: 'The file is read-only.' });
    };
    screen.getByRole('button', { name: /^Move StageRegistry/ }).focus();
    await user.keyboard('{ArrowUp}');
    await screen.findByText('The file is read-only.');
    expect(names()[0]).toBe('DefaultDevfileRegistry');
  });
});

describe('the keyboard', () => {
  it('goes from the palette through the list to a stack and back', async () => {
    const user = await openWindow(scene('stacks'));
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByRole('combobox'), 'browse stacks{Enter}');
    await screen.findByRole('heading', { name: 'Stacks', level: 1 });
    await waitFor(() => expect(rows()).toHaveLength(8));
    screen.getByRole('searchbox').focus();
    await user.keyboard('{ArrowDown}');
    await waitFor(() => expect(document.activeElement?.textContent).toContain('Go Runtime'));
    await user.keyboard('{ArrowDown}');
    await waitFor(() => expect(document.activeElement?.textContent).toContain('Quarkus'));
    await user.keyboard('{Enter}');
    await screen.findByRole('heading', { name: 'Quarkus Java', level: 1 });
    await user.keyboard('{Escape}');
    await waitFor(() => expect(document.activeElement?.textContent).toContain('Quarkus'));
    document.body.focus();
    await user.keyboard('{Escape}');
    await screen.findByRole('grid');
  });
});

describe('a stack', () => {
  async function open(name = 'stacks') {
    const backend = scene(name);
    const user = await openWindow(backend);
    await openGo(user);
    return { backend, user };
  }

  it('says in plain words what it will run', async () => {
    await open();
    await screen.findByText(/A container made from the image registry.example.com/);
    screen.getByText(/at most 1024Mi of memory · sees your project’s files/);
    screen.getByText('Port 8080 (https)');
    screen.getByText(/reachable from inside the container only/);
    screen.getByText('Runs in runtime, in the folder ${PROJECT_SOURCE}');
    screen.getByText('Does build-image, then deployk8s.');
    screen.getByText(
      'Kubernetes resources that are put into a cluster, from kubernetes/deploy.yaml',
    );
    const yaml = screen.getByRole('region', { name: 'The devfile as YAML' });
    expect(yaml.querySelectorAll('.key').length).toBeGreaterThan(10);
    screen.getByText('https://git.example.com/go-starter.git');
  });

  it('shows another version, and warns of one that is deprecated', async () => {
    const { backend, user } = await open();
    const choice = screen.getByRole('combobox', { name: 'Version' });
    expect(choice.textContent).toContain('2.6.0 (default)');
    expect(screen.queryByText(/advises against/)).toBeNull();
    await user.selectOptions(choice, '1.0.0');
    await screen.findByText('The registry advises against this version');
    expect(backend.requests('get_devfile').at(-1)?.version).toBe('1.0.0');
    expect(screen.queryByRole('button', { name: 'Save all files…' })).toBeNull();
  });

  it('is shown as another registry has it', async () => {
    const { backend, user } = await open();
    const second = backend.stacks.sources[1]?.id ?? '';
    await user.selectOptions(screen.getByRole('combobox', { name: 'Registry' }), 'StageRegistry');
    await waitFor(() => expect(backend.requests('get_stack').at(-1)?.registry).toBe(second));
  });

  it('says where its devfile could not be fetched, and tries again', async () => {
    const { backend, user } = await open('stacks-no-devfile');
    await screen.findByText('The devfile could not be fetched');
    backend.stacks.devfile = { ...scene('stacks').stacks.devfile };
    await user.click(button('Try again'));
    await screen.findByRole('heading', { name: 'What it will run' });
    expect(backend.requests('get_devfile').at(-1)?.refresh).toBe(true);
  });
});

describe('saving', () => {
  const folder = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'Folder' });

  async function open(name = 'stacks') {
    const backend = scene(name);
    const user = await openWindow(backend);
    await openSaving(user);
    return { backend, user };
  }

  it('goes into a folder of its own, or the one that is chosen', async () => {
    const { backend, user } = await open();
    expect(folder().value).toBe('/home/jane/go');
    await user.click(button('Choose…'));
    await waitFor(() => expect(folder().value).toBe('/home/jane/projects'));
    await user.type(folder(), '/go');
    await user.click(button('Save'));
    await screen.findByText('Saved 3 files in /home/jane/projects/go.');
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(backend.requests('save_stack')[0]).toMatchObject({
      name: 'go',
      version: '2.6.0',
      what: { what: 'stack' },
      folder: '/home/jane/projects/go',
    });
  });

  it('asks before it replaces anything, and keeps it by default', async () => {
    const { backend, user } = await open('stacks-taken');
    await user.click(button('Save'));
    await screen.findByRole('heading', { name: '2 files are there already' });
    await waitFor(() => expect(document.activeElement).toBe(button('Save nothing')));
    await user.click(button('Save nothing'));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(backend.requests('finish_save')).toEqual([{ ticket: 'ticket', replace: false }]);

    await user.click(button('Save all files…'));
    await user.click(button('Save'));
    await user.click(await screen.findByRole('button', { name: 'Replace them' }));
    await screen.findByText(/^Saved 3 files/);
    expect(backend.requests('finish_save').at(-1)?.replace).toBe(true);
  });

  it('shows how far it is, and can be cancelled', async () => {
    const { backend, user } = await open('stacks-saving');
    await user.click(button('Save'));
    await screen.findByText('100 kB of 1 MB');
    backend.stacks.saveMillis = 0;
    await user.click(button('Cancel'));
    expect(backend.requests('cancel_operation')).toHaveLength(1);
  });

  it('says at the field that the folder is none, and why something failed', async () => {
    const { backend, user } = await open();
    backend.overrides.save_stack = () => {
      throw refusal({ code: 'invalid', field: 'folder', message: 'Enter the whole path.' });
    };
    await user.click(button('Save'));
    await screen.findByText('Enter the whole path.');
    backend.overrides.save_stack = () => {
      throw refusal({ message: 'What the registry sent cannot be trusted.' });
    };
    await user.click(button('Save'));
    await screen.findByText('What the registry sent cannot be trusted.');
    backend.overrides = {};
    await user.click(button('Save'));
    await screen.findByText(/^Saved 3 files/);
  });
});
