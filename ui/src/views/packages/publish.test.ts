import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import { Backend, refusal } from '../../dev/backend';
import { openSource } from '../../dev/hosting-screens';
import { scenes } from '../../dev/scenes';
import { button, openWindow } from '../../dev/window';

const NPM = 'npm publish --registry http://127.0.0.1:4747/local/design-system/npm/';

async function open(name = 'hosted', change?: (backend: Backend) => void) {
  const backend = scenes[name]?.() ?? new Backend([]);
  change?.(backend);
  const user = await openWindow(backend);
  await openSource('publish');
  return { backend, user };
}

const code = () => [...document.querySelectorAll('pre')].map((block) => block.textContent);

describe('how to publish', () => {
  it('says for each client what to do, in order, with the token masked', async () => {
    const { user } = await open();
    await screen.findByRole('heading', { name: 'Once, in the package’s folder' });
    expect(code()).toHaveLength(2);
    expect(code()[0]).toContain('bkpt_••••••••');
    expect(code()[1]).toContain(NPM);
    await user.click(screen.getByRole('button', { name: 'curl' }));
    await screen.findByRole('heading', { name: 'Publish a file' });
    expect(code()[0]).toMatch(/organizations\/local\/registries\/design-system\/packages/);
  });

  it('lets the shell fill the token in, and says how long it is good', async () => {
    const { backend, user } = await open();
    await user.click(await screen.findByRole('button', { name: /^Copy with token: Once/ }));
    await screen.findByText(/good for 5 minutes\. It leaves the clipboard in 45 seconds/);
    expect(backend.requests('copy_snippet')).toMatchObject([
      {
        instructions: { source: 'source-design-system', purpose: 'publish' },
        snippet: 'npm-once-in-the-package-s-folder',
      },
    ]);
    expect(document.body.innerHTML).not.toMatch(/bkpt_[0-9A-Za-z]{8}/);
  });

  it('copies what has no token as it stands', async () => {
    const { backend, user } = await open();
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    await user.click(await screen.findByRole('button', { name: 'Copy: Publish' }));
    await screen.findByText('Copied');
    expect(write).toHaveBeenCalledExactlyOnceWith(NPM);
    expect(backend.requests('copy_snippet')).toEqual([]);
  });

  it('says how to install, and that a public registry needs no token', async () => {
    const { user } = await open('hosted-public');
    await user.click(await screen.findByRole('radio', { name: 'Install from it' }));
    await screen.findByText('No token is needed to install');
    await waitFor(() => expect(code().join()).not.toContain('bkpt_'));
  });

  it('remembers the client', async () => {
    const { user } = await open();
    await user.click(await screen.findByRole('button', { name: 'curl' }));
    await openSource('packages');
    await openSource('publish');
    await screen.findByRole('heading', { name: 'Publish a file' });
  });

  it('says why there are none, and tries again', async () => {
    const { backend, user } = await open('hosted', ({ overrides }) => {
      overrides.instructions = () => {
        throw refusal({ code: 'storage', message: 'The database cannot be read.' });
      };
    });
    await screen.findByText('The database cannot be read.');
    backend.overrides = {};
    await user.click(button('Try again'));
    await screen.findByRole('heading', { name: 'Once, in the package’s folder' });
  });

  it('leads to the tokens that last', async () => {
    const { user } = await open();
    await user.click(await screen.findByRole('button', { name: 'API tokens' }));
    await screen.findByRole('heading', { name: 'API tokens', level: 1 });
  });
});
