/** Opens the whole window on a pretended shell, for tests. */
import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';

import App from '../App.svelte';
import { checks } from '../state/checks.svelte';
import { clients } from '../state/clients.svelte';
import { cluster } from '../state/cluster.svelte';
import { confirmation } from '../state/confirm.svelte';
import { details } from '../state/details.svelte';
import { hosting } from '../state/hosting.svelte';
import { imageDeletion } from '../state/image-deletion.svelte';
import { imagePicker } from '../state/image-picker.svelte';
import { images } from '../state/images.svelte';
import { later } from '../state/later.svelte';
import { navigation } from '../state/navigation.svelte';
import { odo } from '../state/odo.svelte';
import { forgetPackages } from '../state/packages.svelte';
import { registries } from '../state/registries.svelte';
import { session } from '../state/session.svelte';
import { sources } from '../state/sources.svelte';
import { forgetIcons } from '../state/stack-icons';
import { shareExport } from '../state/share-export.svelte';
import { shareImport } from '../state/share-import.svelte';
import { stackPage } from '../state/stack-page.svelte';
import { stackSave } from '../state/stack-save.svelte';
import { storage } from '../state/storage.svelte';
import { storageFolder } from '../state/storage-folder.svelte';
import { stacks } from '../state/stacks.svelte';
import { toasts } from '../state/toasts.svelte';
import { importing } from '../state/tools-import.svelte';
import { review } from '../state/tools-review.svelte';
import { tools } from '../state/tools.svelte';
import { transferForm } from '../state/transfer-form.svelte';
import { transfers } from '../state/transfers.svelte';
import { troubles } from '../state/troubles.svelte';
import { uploads } from '../state/uploads.svelte';
import { vault } from '../state/vault.svelte';
import { verification } from '../state/verification.svelte';
import type { Backend } from './backend';
import { SETTINGS } from './data';

/** The state is made once per window; tests open many windows. */
function forget(): void {
  Object.assign(registries, { rows: [], total: 0, loaded: false, problem: null, failure: null });
  Object.assign(registries, { entryProblems: [], allCheckedAt: null });
  Object.assign(registries, { search: '', filter: 'all', sort: null });
  Object.assign(navigation, { view: { name: 'starting' }, selected: null, detailsOpen: false });
  Object.assign(navigation, { palette: false, shortcuts: false, which: false });
  session.forget();
  session.settings = SETTINGS;
  Object.assign(checks, { all: null });
  Object.assign(hosting, { status: null, failure: null, busy: false });
  sources.forget();
  uploads.forget();
  forgetPackages();
  clients.forget();
  verification.forget();
  storage.forget();
  storageFolder.forget();
  troubles.refused = new Set();
  confirmation.answer(false);
  vault.close(false);
  vault.status = null;
  details.current = null;
  toasts.clear();
  review.close();
  odo.forget();
  stacks.forget();
  images.forget();
  imageDeletion.close();
  imagePicker.close();
  transferForm.close();
  transfers.forget();
  stackPage.forget();
  stackSave.subject = null;
  cluster.forget();
  shareExport.shown = false;
  shareExport.path = '';
  shareImport.begin();
  forgetIcons();
  Object.assign(importing, { phase: 'searching' });
  Object.assign(tools, { page: null, failure: null, loading: false });
}

/** Opens the window and waits until the list, or the page asked for, is there. */
export async function openWindow(backend: Backend) {
  forget();
  backend.install();
  // In the window they come after the list; nobody presses anything so soon.
  await later.load();
  render(App);
  await screen.findByRole('heading', { level: 1 });
  if (backend.records.length > 0 && backend.settings.welcomed) {
    await screen.findByRole('grid');
    await screen.findByRole('complementary');
  }
  return userEvent.setup();
}

export const button = (name: string | RegExp) => screen.getByRole('button', { name });
export const field = (name: string) => screen.getByRole<HTMLInputElement>('textbox', { name });
