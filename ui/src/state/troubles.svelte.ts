/** Credentials that stopped working or come to their end, told as soon as that is known. */
import type { CredentialTrouble } from '../bindings';
import { m } from '../messages';
import { navigation } from './navigation.svelte';
import { registries } from './registries.svelte';
import { toasts, type ToastAction } from './toasts.svelte';

const words = m.registries.trouble;
/** How long a reminder stays, in seconds. What no longer works stays until it is dismissed. */
const REMINDER_SECONDS = 20;

class Troubles {
  /** Registries whose credentials worked before they were refused. */
  refused = $state.raw<ReadonlySet<string>>(new Set());

  hear(troubles: readonly CredentialTrouble[]): void {
    const refused = troubles.filter(({ kind }) => kind.kind === 'refused');
    this.refused = new Set([...this.refused, ...refused.map(({ id }) => id)]);
    const [only, ...others] = troubles;
    if (!only) return;
    const urgent = troubles.some(({ kind }) => kind.kind !== 'expiring');
    toasts.show(
      others.length === 0 ? words.toast(only.name, only.kind) : words.several(troubles.length),
      {
        tone: urgent ? 'danger' : 'plain',
        seconds: urgent ? Infinity : REMINDER_SECONDS,
        action: others.length === 0 ? editing(only.id) : SHOWING,
      },
    );
  }
}

function editing(id: string): ToastAction {
  return { label: words.edit, run: () => void editCredentials(id) };
}

const SHOWING: ToastAction = {
  label: words.show,
  run: () => {
    registries.showAll();
    registries.filter = 'attention';
    void navigation.go({ name: 'registries' });
  },
};

/** Opens the form of a registry where its secret is entered. */
export async function editCredentials(id: string): Promise<void> {
  if (!(await navigation.go({ name: 'form', id, secret: true }))) return;
  navigation.selected = id;
}

export const troubles = new Troubles();
