/** What the shell says without being asked, handed to whom it concerns. */
import type { AppEvent } from '../bindings';
import { listen } from '../ipc';
import { m } from '../messages';
import { checks } from './checks.svelte';
import { hosting } from './hosting.svelte';
import { images } from './images.svelte';
import { navigation } from './navigation.svelte';
import { registries } from './registries.svelte';
import { session } from './session.svelte';
import { sources } from './sources.svelte';
import { storage } from './storage.svelte';
import { stackSave } from './stack-save.svelte';
import { stacks } from './stacks.svelte';
import { toasts } from './toasts.svelte';
import { imageDeletion } from './image-deletion.svelte';
import { transfers } from './transfers.svelte';
import { tools } from './tools.svelte';
import { troubles } from './troubles.svelte';
import { uploads } from './uploads.svelte';
import { vault } from './vault.svelte';
import { verification } from './verification.svelte';

type Hears = (event: AppEvent) => void;
const listeners = new Set<Hears>();

/** Lets a page hear every event until the returned function is called. */
export function onEvent(hears: Hears): () => void {
  listeners.add(hears);
  return () => listeners.delete(hears);
}

/** The file may also have become unreadable: that is no new revision, and says so itself. */
async function changedOutside(): Promise<void> {
  await registries.load();
  if (registries.readOnly || navigation.view.name !== 'registries') return;
  toasts.show(m.registries.outside);
}

function handle(event: AppEvent): void {
  switch (event.type) {
    case 'registries_changed':
      void (event.outside ? changedOutside() : registries.changed(event.revision));
      break;
    case 'rows_changed':
      registries.patch(event.rows);
      break;
    case 'check_progress':
      checks.progress(event.operation, event.done, event.failed, event.total);
      break;
    case 'credential_trouble':
      troubles.hear(event.troubles);
      break;
    case 'vault_changed':
      vault.status = event.status;
      break;
    case 'settings_changed':
      session.take(event.settings);
      break;
    case 'images_progress':
      images.hear(event.operation, event.done, event.total);
      imageDeletion.review.hear(event.operation, event.done, event.total);
      break;
    case 'stacks_changed':
      stacks.hear(event.sources);
      break;
    case 'save_progress':
      stackSave.progress(event.operation, event.done, event.total);
      break;
    case 'transfer_changed':
      transfers.hear(event.row);
      break;
    case 'transfers_removed':
      transfers.removed(event.ids);
      break;
    case 'tools_changed':
      void tools.notice();
      break;
    case 'hosting_changed':
      hosting.status = event.status;
      break;
    case 'source_changed':
      sources.changed();
      break;
    case 'files_hover':
    case 'files_dropped':
    case 'publish_progress':
      uploads.hear(event);
      break;
    case 'bytes_progress':
      verification.hear(event);
      storage.hear(event);
      break;
    case 'test_step':
    case 'activity_changed':
      break;
  }
  for (const hears of listeners) hears(event);
}

/** Begins to hear events; resolves to a function that ends it. */
export function startEvents(): Promise<() => void> {
  return listen(handle);
}
