import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { Backend, refusal } from '../../dev/backend';
import { docker, podman, toolRegistry } from '../../dev/tools';
import { scenes } from '../../dev/scenes';
import { button, openWindow } from '../../dev/window';
import { shortPath } from '../../lib/path';

const scene = (name: string) => scenes[name]?.() ?? new Backend([]);
const family = (name: string) => screen.getByRole('region', { name });
const toggle = (name: string) => screen.getByRole('switch', { name });
const entry = (name: RegExp) =>
  within(screen.getByRole('navigation')).getByRole('button', { name });
const dialog = () => screen.findByRole('dialog');
const isOn = (name: string) => toggle(name).getAttribute('aria-checked') === 'true';

async function openTools(backend: Backend) {
  const user = await openWindow(backend);
  await user.click(button('Tools'));
  await screen.findByRole('heading', { name: 'Tools', level: 1 });
  await waitFor(() => expect(screen.queryByText('Looking for the tools…')).toBeNull());
  return user;
}

describe('the page', () => {
  it('says what it does, what is installed and where, and what is not', async () => {
    const user = await openTools(scene('tools'));
    screen.getByText(/fetch the secret from Registrar when they need it; nothing secret lies/);
    const docker = family('Docker');
    expect(docker.textContent).toMatch(/docker\s+28\.2\.2\s+\/usr\/bin\/docker/);
    within(docker).getByText('~/.docker/config.json');
    within(docker).getByText('/home/jane/.docker/config.json');
    expect(within(family('Podman')).getByText('version unknown')).toBeTruthy();
    const missing = within(docker).getByRole('button', { name: '3 not installed' });
    expect(within(docker).getByText('nerdctl, oras, crane').hidden).toBe(true);
    await user.click(missing);
    expect(within(docker).getByText('nerdctl, oras, crane').hidden).toBe(false);
  });

  it('says in words for which registries a tool asks Registrar', async () => {
    await openTools(scene('tools'));
    const docker = family('Docker');
    within(docker).getByText('Asks Registrar for 2 of 4');
    const words = within(docker)
      .getAllByRole('listitem')
      .map((item) => item.textContent?.replace(/\s+/g, ' ').trim());
    expect(words.find((text) => text?.includes('Docker Hub'))).toContain('On');
    expect(words.find((text) => text?.includes('Lab'))).toContain('Off');
    expect(words.find((text) => text?.includes('Production'))).toContain('Served by ecr-login');
    expect(isOn('Docker asks Registrar for ghcr.io')).toBe(true);
    expect(isOn('Podman asks Registrar for docker.io')).toBe(false);
  });

  it('is reached from the palette, and left with Escape', async () => {
    const user = await openWindow(scene('tools'));
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByRole('combobox'), 'go to tools{Enter}');
    const heading = await screen.findByRole('heading', { name: 'Tools', level: 1 });
    await waitFor(() => expect(document.activeElement).toBe(heading));
    await user.keyboard('{Escape}');
    await screen.findByRole('grid');
  });

  it('says why the tools could not be looked at, and tries again', async () => {
    const backend = scene('tools');
    backend.overrides.list_tools = () => {
      throw refusal({ code: 'storage', message: 'The ledger cannot be read.' });
    };
    const user = await openTools(backend);
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('The ledger cannot be read.');
    backend.overrides = {};
    await user.click(button('Try again'));
    await screen.findByRole('region', { name: 'Docker' });
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('shows few of many registries, and searches them', async () => {
    const user = await openTools(scene('tools-many'));
    expect(within(family('Docker')).getAllByRole('switch')).toHaveLength(31);
    await user.keyboard('{Control>}f{/Control}');
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('searchbox')));
    await user.keyboard('r55.');
    toggle('Docker asks Registrar for r55.example.com');
    expect(within(family('Docker')).getAllByRole('switch')).toHaveLength(2);
    await user.clear(screen.getByRole('searchbox'));
    await user.type(screen.getByRole('searchbox'), 'nowhere');
    expect(screen.getAllByText(/No registry of this configuration has these words/)).toHaveLength(
      2,
    );
    await user.clear(screen.getByRole('searchbox'));
    await user.click(within(family('Docker')).getByRole('button', { name: 'Show all 60' }));
    expect(within(family('Docker')).getAllByRole('switch')).toHaveLength(61);
  });

  it('teaches where there is no registry yet, and leads to both ways out', async () => {
    const user = await openTools(scene('tools-no-registries'));
    screen.getByText(/Add one, or import what docker and podman have stored/);
    button('Add a registry');
    await user.click(screen.getAllByRole('button', { name: 'Import credentials…' })[1] as Element);
    await screen.findByRole('heading', { name: 'Import credentials', level: 1 });
  });

  it('says which tools it looks for where none is installed, and can be set up anyway', async () => {
    const user = await openTools(scene('tools-none'));
    screen.getByText('No docker or podman on this computer');
    expect(screen.queryByRole('switch', { name: /asks Registrar/ })).toBeNull();
    await user.click(button('Set up anyway'));
    toggle('Docker asks Registrar for ghcr.io');
  });

  it('folds a family away of which nothing is installed', async () => {
    const user = await openTools(scene('tools-podman-only'));
    const docker = family('Docker');
    within(docker).getByText('None of docker, nerdctl, helm, oras, crane is on this computer.');
    expect(within(docker).queryByRole('switch')).toBeNull();
    await user.click(within(docker).getByRole('button', { name: 'Set up anyway' }));
    expect(within(docker).getAllByRole('switch').length).toBeGreaterThan(1);
  });

  it('says why a configuration cannot be used, and offers no switch for it', async () => {
    await openTools(scene('tools-problem'));
    const docker = family('Docker');
    within(docker).getByText('Docker’s configuration cannot be used');
    within(docker).getByText(/is not JSON: line 12/);
    expect(within(docker).queryByRole('switch')).toBeNull();
    expect(within(family('Podman')).getAllByRole('switch').length).toBeGreaterThan(1);
  });
});

describe('the helper', () => {
  const helper = () => family('The helper');

  it('is found', async () => {
    await openTools(scene('tools'));
    expect(helper().textContent).toContain('Found');
    within(helper()).getByRole('button', { name: 'Remove the link…' });
  });

  it('is linked in where tools do not find it, after showing the link', async () => {
    const backend = scene('tools-no-helper');
    const user = await openTools(backend);
    expect(helper().textContent).toContain('Not on the PATH');
    await user.click(within(helper()).getByRole('button', { name: 'Link it in…' }));
    const shown = await dialog();
    within(shown).getByText('New link');
    within(shown).getByText('→ /opt/registrar/libexec/docker-credential-registrar');
    await user.click(within(shown).getByRole('button', { name: 'Apply' }));
    await screen.findByText('The helper is linked in.');
    expect(helper().textContent).toContain('Found');
  });

  it('says exactly what to do where the folder is not on the PATH', async () => {
    await openTools(scene('tools-no-path'));
    expect(helper().textContent).toContain('/home/jane/.local/bin is not on the PATH');
    within(helper()).getByText('export PATH="/home/jane/.local/bin:$PATH"');
    within(helper()).getByRole('button', { name: 'Link it in…' });
  });

  it('says what is left to do once it is linked', async () => {
    await openTools(scene('tools-linked-no-path'));
    expect(helper().textContent).toContain('Linked, not found yet');
    expect(helper().textContent).toContain('Sign out and in again');
    expect(within(helper()).queryByRole('button', { name: 'Link it in…' })).toBeNull();
  });

  it('names another program that tools find first', async () => {
    await openTools(scene('tools-other-helper'));
    expect(helper().textContent).toContain('Another comes first');
    within(helper()).getByText('/usr/local/bin/docker-credential-registrar');
    expect(helper().textContent).toContain('Remove or rename the one they find');
  });

  it('says that the installation lacks it', async () => {
    await openTools(scene('tools-absent-helper'));
    expect(helper().textContent).toContain('Install Registrar again');
    expect(within(helper()).queryByRole('button', { name: 'Link it in…' })).toBeNull();
  });
});

describe('a change', () => {
  it('is shown line by line, made only after Apply, and said', async () => {
    const backend = scene('tools');
    const user = await openTools(backend);
    await user.click(toggle('Docker asks Registrar for 192.168.1.200:5000'));
    const shown = await screen.findByRole('dialog', {
      name: 'Let Docker ask Registrar for 192.168.1.200:5000?',
    });
    expect(document.activeElement?.textContent).toContain('Cancel');
    const lines = within(shown).getByRole('group', { name: /Changes of .*config\.json/ });
    expect(lines.textContent).toMatch(/\+\s*Added:\s*"192\.168\.1\.200:5000": "registrar"/);
    expect(lines.textContent).toContain('lines that stay');
    within(shown).getByText(/… stands for a value that is not shown/);
    expect(backend.requests('apply_plan')).toEqual([]);
    expect(isOn('Docker asks Registrar for 192.168.1.200:5000')).toBe(false);
    await user.click(within(shown).getByRole('button', { name: 'Apply' }));
    await screen.findByText('Docker now asks Registrar for 192.168.1.200:5000.');
    expect(isOn('Docker asks Registrar for 192.168.1.200:5000')).toBe(true);
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(backend.requests('apply_plan')).toHaveLength(1);
  });

  it('is not made when it is cancelled or Escape is pressed', async () => {
    const backend = scene('tools');
    const user = await openTools(backend);
    await user.click(toggle('Docker asks Registrar for ghcr.io'));
    const first = await screen.findByRole('dialog', {
      name: 'Stop Docker asking Registrar for ghcr.io?',
    });
    await user.click(within(first).getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await user.click(toggle('Docker asks Registrar for ghcr.io'));
    (await dialog()).dispatchEvent(new Event('cancel', { cancelable: true }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(backend.requests('apply_plan')).toEqual([]);
    expect(isOn('Docker asks Registrar for ghcr.io')).toBe(true);
  });

  it('leaves another helper’s setting unless it is to be replaced', async () => {
    const backend = scene('tools');
    const user = await openTools(backend);
    const name = 'Docker asks Registrar for 912345678901.dkr.ecr.eu-west-1.amazonaws.com';
    await user.click(toggle(name));
    const shown = await dialog();
    within(shown).getByText(/“ecr-login” serves 912345678901/);
    within(shown).getByText('Nothing is written unless you replace it.');
    expect(within(shown).getByRole('button', { name: 'Apply' })).toHaveProperty('disabled', true);
    await user.click(
      within(shown).getByRole('checkbox', {
        name: 'Replace it (it comes back when you turn this off)',
      }),
    );
    await within(shown).findByText(/Removed:/);
    within(shown).getByText(/“ecr-login” serves 912345678901/);
    await user.click(within(shown).getByRole('button', { name: 'Apply' }));
    await waitFor(() => expect(isOn(name)).toBe(true));
    expect(
      backend.requests('plan_tools').map((change) => 'replace' in change && change.replace),
    ).toEqual([false, true]);
  });

  it('says which helper serves every registry before it is replaced', async () => {
    const user = await openTools(scene('tools-conflict'));
    expect(family('Docker').textContent).toContain('Now “desktop” serves every registry.');
    await user.click(within(family('Docker')).getByRole('switch', { name: 'For every registry' }));
    const shown = await dialog();
    within(shown).getByText('“desktop” serves every registry now');
    await user.click(within(shown).getByRole('checkbox'));
    await user.click(within(shown).getByRole('button', { name: 'Apply' }));
    await screen.findByText('Docker now asks Registrar for every registry.');
    within(family('Docker')).getByText('Asks Registrar for every registry');
    within(family('Docker')).getAllByText('On for all');
  });

  it('turns on all that is off, and says what was left out', async () => {
    const backend = scene('tools');
    const user = await openTools(backend);
    await user.click(within(family('Docker')).getByRole('button', { name: 'Turn all on…' }));
    const shown = await screen.findByRole('dialog', {
      name: 'Let Docker ask Registrar for 2 registries?',
    });
    within(shown).getByText(/“ecr-login” serves/);
    await user.click(within(shown).getByRole('button', { name: 'Apply' }));
    await screen.findByText('Written. What another helper serves stays with it.');
    expect(isOn('Docker asks Registrar for 192.168.1.200:5000')).toBe(true);
    within(family('Docker')).getByText('Served by ecr-login');
  });

  it('warns where a tool would ask a helper that it does not find', async () => {
    const user = await openTools(scene('tools-no-helper'));
    await user.click(toggle('Docker asks Registrar for 192.168.1.200:5000'));
    within(await dialog()).getByText('Tools do not find Registrar’s helper yet');
    await user.click(within(await dialog()).getByRole('button', { name: 'Cancel' }));
    await user.click(toggle('Docker asks Registrar for ghcr.io'));
    await screen.findByRole('dialog', { name: 'Stop Docker asking Registrar for ghcr.io?' });
    expect(screen.queryByText('Tools do not find Registrar’s helper yet')).toBeNull();
  });

  it('removes everything of Registrar’s', async () => {
    const user = await openTools(scene('tools'));
    const remove = { name: 'Remove everything of Registrar’s…' };
    await user.click(within(family('Podman')).getByRole('button', remove));
    await user.click(within(await dialog()).getByRole('button', { name: 'Apply' }));
    await screen.findByText('Nothing of Registrar’s is left in Podman’s configuration.');
    within(family('Podman')).getByText('Asks Registrar for none');
    expect(within(family('Podman')).queryByRole('button', remove)).toBeNull();
  });

  it('is shown anew where the file has changed meanwhile', async () => {
    const backend = scene('tools');
    const user = await openTools(backend);
    await user.click(toggle('Podman asks Registrar for docker.io'));
    const shown = await screen.findByRole('dialog', {
      name: 'Let Podman ask Registrar for Docker Hub?',
    });
    backend.overrides.apply_plan = () => {
      throw refusal({ code: 'plan_outdated', message: 'The file has changed.' });
    };
    await user.click(within(shown).getByRole('button', { name: 'Apply' }));
    const alert = await within(shown).findByRole('alert');
    expect(alert.textContent).toContain('The file has changed since; here is the new plan');
    expect(backend.requests('plan_tools')).toHaveLength(2);
    backend.overrides = {};
    await user.click(within(shown).getByRole('button', { name: 'Apply' }));
    await screen.findByText('Podman now asks Registrar for Docker Hub.');
    expect(backend.requests('apply_plan').map(({ plan }) => plan)).toEqual(['plan-1', 'plan-2']);
  });

  it('says in the dialog why it was refused, and can be tried again', async () => {
    const backend = scene('tools');
    const user = await openTools(backend);
    await user.click(toggle('Podman asks Registrar for docker.io'));
    const shown = await dialog();
    backend.overrides.apply_plan = () => {
      throw refusal({
        code: 'storage',
        message: 'The folder is read-only.',
        hint: 'Make it writable.',
      });
    };
    await user.click(within(shown).getByRole('button', { name: 'Apply' }));
    const alert = await within(shown).findByRole('alert');
    expect(alert.textContent).toMatch(/read-only.*Make it writable/s);
    expect(isOn('Podman asks Registrar for docker.io')).toBe(false);
    backend.overrides = {};
    await user.click(within(alert).getByRole('button', { name: 'Try again' }));
    await screen.findByText('Podman now asks Registrar for Docker Hub.');
    expect(backend.requests('apply_plan').map(({ plan }) => plan)).toEqual(['plan-1', 'plan-2']);
  });
});

describe('what another program has undone', () => {
  it('is said for each registry, and repaired', async () => {
    const backend = scene('tools-repair');
    const user = await openTools(backend);
    const card = family('Docker');
    within(card).getByText('Another program has undone Registrar’s settings for Docker');
    within(card).getByText('Removed by another program');
    within(card).getByText('Overwritten by desktop');
    within(card).getByText('No longer in Registrar');
    expect(button(/^Tools(?!…)/).textContent).toContain('needs repair');
    await user.click(within(card).getByRole('button', { name: 'Repair ghcr.io' }));
    const shown = await screen.findByRole('dialog', {
      name: 'Put Registrar’s settings for Docker back?',
    });
    await user.click(within(shown).getByRole('button', { name: 'Apply' }));
    await screen.findByText('Docker asks Registrar again.');
    expect(within(card).queryByText('Overwritten by desktop')).toBeNull();
    expect(button(/^Tools(?!…)/).textContent).not.toContain('needs repair');
  });

  it('is noticed on another page, with the way to it', async () => {
    const backend = scene('tools');
    const user = await openWindow(backend);
    const registries = [toolRegistry('ghcr.io', ['GitHub'], { state: 'missing' })];
    backend.tools.groups = [docker({ registries, needsRepair: true }), podman()];
    await backend.emit({ type: 'tools_changed' });
    await screen.findByText('Another program has undone Registrar’s settings for Docker.');
    await user.click(button('Look'));
    await screen.findByText('Removed by another program');
  });

  it('costs the start nothing: the tools are looked for when they are needed', async () => {
    const backend = scene('tools-repair');
    const user = await openWindow(backend);
    await waitFor(() => expect(backend.requests('vault_status')).toHaveLength(1));
    await waitFor(() => expect(backend.requests('get_registry').length).toBeGreaterThan(0));
    expect(backend.requests('list_tools')).toEqual([]);
    expect(backend.requests('environment')).toEqual([]);
    await user.click(entry(/^Tools(?!…)/));
    await screen.findByRole('region', { name: 'Docker' });
    await user.click(entry(/^Settings/));
    await waitFor(() => expect(backend.requests('environment')).toHaveLength(1));
  });

  it('is noticed where it happened while Registrar was closed', async () => {
    const user = await openWindow(scene('tools-repair'));
    // Looked for once nobody is at it: it runs programs.
    const limit = { timeout: 10_000 };
    await screen.findByText(
      'Another program has undone Registrar’s settings for Docker.',
      {},
      limit,
    );
    expect(entry(/^Tools(?!…)/).textContent).toContain('needs repair');
    await user.click(button('Look'));
    await screen.findByRole('region', { name: 'Docker' });
  }, 15_000);

  it('shows on the page at once', async () => {
    const backend = scene('tools');
    await openTools(backend);
    const registries = [toolRegistry('ghcr.io', ['GitHub'], { state: 'missing' })];
    backend.tools.groups = [docker({ registries, needsRepair: true }), podman()];
    await backend.emit({ type: 'tools_changed' });
    await screen.findByText('Removed by another program');
    expect(screen.queryByRole('button', { name: 'Look' })).toBeNull();
  });
});

it('shortens paths so that their beginning and end are still there', () => {
  expect(shortPath('/home/jane/.docker/config.json')).toBe('~/.docker/config.json');
  expect(shortPath('/Users/jane/.docker/config.json')).toBe('~/.docker/config.json');
  expect(shortPath('/root/.config/containers/auth.json')).toBe('~/.config/containers/auth.json');
  expect(shortPath('/usr/bin/docker')).toBe('/usr/bin/docker');
  expect(shortPath('/run/user/1000/containers/auth.json')).toBe('/run/…/containers/auth.json');
  expect(shortPath('/homework/a')).toBe('/homework/a');
});
