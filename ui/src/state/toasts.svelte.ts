/** Short messages that come and go. Errors stay until they are dismissed. */
import { CommandFailure } from '../ipc';
import type { View } from './navigation.svelte';

export interface ToastAction {
  label: string;
  run: () => void;
  /** The page that it leads to, where all that the message says is seen. */
  to?: View['name'];
}

export interface Toast {
  id: number;
  tone: 'plain' | 'ok' | 'danger';
  text: string;
  hint: string | null;
  raw: string | null;
  action: ToastAction | null;
  /** When it goes, in milliseconds since 1970; `null` to stay. */
  until: number | null;
  /** Whether the seconds left are shown. */
  countdown: boolean;
}

type Options = Partial<Omit<Toast, 'id' | 'text' | 'until'>> & { seconds?: number };

const DEFAULT_SECONDS = 5;

class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;

  /** Shows a message and gives back its id. */
  show(text: string, options: Options = {}): number {
    const { seconds = DEFAULT_SECONDS, ...rest } = options;
    const id = this.#next++;
    const until = seconds === Infinity ? null : Date.now() + seconds * 1000;
    const plain = { tone: 'plain', hint: null, raw: null, action: null, countdown: false } as const;
    this.list.push({ ...plain, ...rest, id, text, until });
    if (until !== null) setTimeout(() => this.dismiss(id), seconds * 1000);
    return id;
  }

  ok(text: string): number {
    return this.show(text, { tone: 'ok' });
  }

  /** Shows why something failed. A cancelled operation is no news. */
  failure(thrown: unknown, action: ToastAction | null = null): void {
    const failure = CommandFailure.from(thrown);
    if (failure.code === 'cancelled') return;
    const { message, hint, raw } = failure;
    this.show(message, { tone: 'danger', hint, raw, action, seconds: Infinity });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  /** A page was opened: messages that would lead there have nothing more to say. */
  opened(page: View['name']): void {
    this.list = this.list.filter(({ action }) => action?.to !== page);
  }

  clear(): void {
    this.list = [];
  }
}

export const toasts = new Toasts();
