/** Deleting a registry, and taking it back while that is offered. */
import type { RegistryRow } from '../bindings';
import { call } from '../ipc';
import { shortPath } from '../lib/path';
import { m } from '../messages';
import { confirmation } from './confirm.svelte';
import { navigation } from './navigation.svelte';
import { registries } from './registries.svelte';
import { toasts } from './toasts.svelte';
import { vault } from './vault.svelte';

interface Offer {
  id: string;
  toast: number;
  until: number;
}

function bodyFor({ kind, hasToken }: RegistryRow): string {
  const words = m.registries;
  if (kind === 'container') {
    return hasToken ? words.deleteBodySecret(vault.inSentence) : words.deleteBodyImages;
  }
  return hasToken ? words.deleteBodyToken(vault.inSentence) : words.deleteBody;
}

/** What odo loses with the registry: what a removal would write, which is exactly what follows. */
async function lossOfOdo(id: string): Promise<string> {
  const words = m.odo.details;
  try {
    const { files, tokens } = await call('plan_odo', { change: 'remove', ids: [id] });
    const services = tokens.map(({ service }) => service);
    return words.deleteLoses(files.map(({ path }) => shortPath(path)).join(', '), services);
  } catch {
    return words.deleteLosesUnseen;
  }
}

/** What a tool loses with the registry. */
async function loss(tool: string, id: string): Promise<string> {
  if (tool === 'odo') return lossOfOdo(id);
  return m.registries.deleteLoses(m.registries.tools[tool] ?? tool);
}

/** The tools that lose its credential. Where that cannot be found out, the question is asked all the same. */
async function usedBy(id: string): Promise<string[]> {
  try {
    return (await call('get_registry', { id })).usedBy;
  } catch {
    return [];
  }
}

class Deletion {
  #offer: Offer | null = null;

  /** Asks, deletes, offers to undo. Says whether it was deleted. */
  async ask(id: string): Promise<boolean> {
    const row = registries.find(id);
    if (!row || registries.readOnly) return false;
    const yes = await confirmation.ask({
      title: m.registries.deleteTitle(row.name),
      body: `${bodyFor(row)} ${m.registries.deleteUndo}`,
      points: await Promise.all((await usedBy(id)).map((tool) => loss(tool, id))),
      confirm: m.registries.deleteConfirm,
      danger: true,
    });
    return yes && this.#delete(id);
  }

  async #delete(id: string): Promise<boolean> {
    try {
      const { name, undoUntil } = await vault.reach(() => call('delete_registry', { id }));
      this.#offerUndo(id, name, Date.parse(undoUntil));
    } catch (failure) {
      toasts.failure(failure);
      return false;
    }
    navigation.detailsOpen = false;
    await registries.load();
    return true;
  }

  #offerUndo(id: string, name: string, until: number): void {
    const seconds = Math.max(1, (until - Date.now()) / 1000);
    const action = { label: m.common.undo, run: () => void this.undo() };
    const toast = toasts.show(m.registries.deleted(name), { seconds, action, countdown: true });
    this.#offer = { id, toast, until };
  }

  /** Takes the last deletion back if that is still offered; says whether it was. */
  async undo(): Promise<boolean> {
    const offer = this.#offer;
    if (!offer || Date.now() > offer.until) return false;
    this.#offer = null;
    toasts.dismiss(offer.toast);
    try {
      const { row } = await vault.reach(() => call('undo_delete', { id: offer.id }));
      await registries.load();
      navigation.selected = row.id;
      toasts.ok(m.registries.restored(row.name));
    } catch (failure) {
      toasts.failure(failure);
    }
    return true;
  }
}

export const deletion = new Deletion();
