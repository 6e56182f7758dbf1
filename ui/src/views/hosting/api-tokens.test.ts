import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import { Backend, refusal } from '../../dev/backend';
import { openApiTokens } from '../../dev/hosting-screens';
import { scenes } from '../../dev/scenes';
import { button, field, openWindow } from '../../dev/window';

const SECRET = /bkua_[0-9a-f]{32}/;

async function open(name = 'hosted', change?: (backend: Backend) => void) {
  const backend = scenes[name]?.() ?? new Backend([]);
  change?.(backend);
  const user = await openWindow(backend);
  await openApiTokens();
  return { backend, user };
}

const dialog = async () => within(await screen.findByRole('dialog'));
const rows = async () => {
  const list = await screen.findByRole('list', { name: 'API tokens' });
  return within(list)
    .getAllByRole('listitem')
    .map((row) => row.textContent?.replaceAll(/\s+/g, ' ').trim() ?? '');
};

describe('the list of API tokens', () => {
  it('says what each is for, may do, when it ends and when it was used', async () => {
    await open();
    const [release, build, nightly, everything] = await rows();
    expect(release).toContain('Release script on the laptop …a71f');
    expect(release).toContain('Last used 12 minutes ago from 127.0.0.1');
    expect(release).toContain('Expires in 2 days');
    expect(build).toMatch(/Read packages Publish See registries .*Expires \d+ \w+ \d{4}/);
    expect(nightly).toContain('Never expires');
    expect(everything).toMatch(/Never used Everything .*Expired 3 days ago/);
  });

  it('deletes one after a question that says when it was used', async () => {
    const { backend, user } = await open();
    await user.click(await screen.findByRole('button', { name: 'Delete Build server…' }));
    const asked = await dialog();
    asked.getByText('It was last used 12 minutes ago from 127.0.0.1.');
    await user.click(asked.getByRole('button', { name: 'Delete token' }));
    await screen.findByText('Deleted the token “Build server”');
    expect(await rows()).toHaveLength(3);
    expect(backend.requests('delete_api_token')).toEqual([{ id: 'api-Build server' }]);
  });

  it('hears of tokens that programs make', async () => {
    const { backend } = await open('hosted-no-tokens');
    await screen.findByText('No API tokens');
    backend.hosting.apiTokens = (scenes['hosted']?.() ?? backend).hosting.apiTokens;
    await backend.emit({ type: 'activity_changed' });
    expect(await rows()).toHaveLength(4);
  });
});

describe('a new API token', () => {
  it('is made with a preset, for a week, and shown this once', async () => {
    const { backend, user } = await open('hosted-no-tokens');
    await user.click(await screen.findByRole('button', { name: 'Create token…' }));
    await user.type(field('What is it for?'), 'Build server');
    await user.click(button('Create token'));
    const shown = await screen.findByTestId('api-token');
    expect(shown.textContent).toMatch(SECRET);
    expect(backend.requests('create_api_token')).toEqual([
      {
        description: 'Build server',
        scopes: ['read_packages', 'write_packages', 'read_registries'],
        expiresInDays: 7,
      },
    ]);
    await user.click(button('Done'));
    await screen.findByText('You have not copied it yet, and it is not shown again.');
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    await user.click(button('Copy token'));
    await screen.findByRole('button', { name: 'Copied' });
    expect(write).toHaveBeenCalledExactlyOnceWith(shown.textContent);
    await user.click(button('Done'));
    await waitFor(() => expect(document.body.innerHTML).not.toMatch(SECRET));
    expect((await rows())[0]).toContain('Build server');
  });

  it('may do what is ticked, and lives as long as is said', async () => {
    const { backend, user } = await open();
    await user.click(await screen.findByRole('button', { name: 'Create token…' }));
    await user.type(field('What is it for?'), 'Clean-up');
    await user.click(screen.getByRole('radio', { name: 'Read' }));
    await user.click(screen.getByRole('checkbox', { name: /^Delete packages/ }));
    expect(screen.getByRole('radio', { name: 'Custom' })).toHaveProperty('checked', true);
    const expires = screen.getByRole('combobox', { name: 'It expires' });
    await user.selectOptions(expires, 'Never');
    await screen.findByText(/A token that never expires works until you delete it/);
    await user.selectOptions(expires, 'On another day…');
    await user.clear(field('In how many days'));
    await user.type(field('In how many days'), '4000');
    await user.click(button('Create token'));
    await screen.findByText('A whole number from 1 to 3,650.');
    await user.clear(field('In how many days'));
    await user.type(field('In how many days'), '45');
    await user.click(button('Create token'));
    await screen.findByTestId('api-token');
    expect(backend.requests('create_api_token')).toMatchObject([
      { scopes: ['read_packages', 'delete_packages', 'read_registries'], expiresInDays: 45 },
    ]);
  });

  it('is not made without a description or a scope, and says why', async () => {
    const { backend, user } = await open();
    await user.click(await screen.findByRole('button', { name: 'Create token…' }));
    for (const name of [/^See and download/, /^Publish packages/, /^See registries/]) {
      await user.click(screen.getByRole('checkbox', { name }));
    }
    await user.click(button('Create token'));
    await screen.findByText('Say what it is for.');
    screen.getByText('Tick at least one.');
    expect(backend.requests('create_api_token')).toEqual([]);
  });

  it('keeps what was typed where it is refused', async () => {
    const { backend, user } = await open();
    backend.overrides.create_api_token = () => {
      throw refusal({ code: 'storage', message: 'The database cannot be written.' });
    };
    await user.click(await screen.findByRole('button', { name: 'Create token…' }));
    await user.type(field('What is it for?'), 'Build server');
    await user.click(button('Create token'));
    await screen.findByText('The database cannot be written.');
    expect(field('What is it for?').value).toBe('Build server');
  });
});
