/**
 * Where secrets lie. An operation that fails because they cannot be reached offers the way
 * to them and is then repeated.
 */
import type { Code, VaultStatus } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { m } from '../messages';

/** What a dialog about the vault is for. */
export type VaultDialog = 'unlock' | 'create' | 'change' | 'trouble';

const UNREACHABLE: readonly Code[] = ['vault_locked', 'vault_missing', 'vault_denied'];

class Vault {
  status = $state.raw<VaultStatus | null>(null);
  dialog = $state<VaultDialog | null>(null);
  /** Why an operation could not reach its secret, while its dialog is open. */
  trouble = $state.raw<CommandFailure | null>(null);
  #done: ((usable: boolean) => void) | null = null;

  /** How the vault is called within a sentence. */
  readonly inSentence = $derived.by(() => {
    if (!this.status) return m.vault.unknown;
    const words = m.vault.inSentence;
    if (this.status.kind === 'passphrase') return words.passphrase;
    return this.status.state === 'missing' ? m.vault.unknown : words.keychain(this.status.name);
  });

  /** Asks the vault how it is. */
  async refresh(): Promise<void> {
    try {
      this.status = await call('vault_status', {});
    } catch {
      // The status bar keeps what is known; whoever needs the vault is told by their own command.
    }
  }

  /** Looks for the vault again; a locked keychain asks the person. Gives back why it is refused. */
  async lookAgain(): Promise<CommandFailure | null> {
    const locked = this.status?.kind === 'keychain' && this.status.state === 'locked';
    try {
      this.status = await call(locked ? 'use_keychain' : 'vault_status', {});
      return null;
    } catch (thrown) {
      await this.refresh();
      return CommandFailure.from(thrown);
    }
  }

  /** Opens a dialog; resolves to whether it ended well. */
  open(dialog: VaultDialog): Promise<boolean> {
    this.close(false);
    this.dialog = dialog;
    return new Promise((resolve) => (this.#done = resolve));
  }

  /** Shows another dialog in place of the open one, for the same purpose. */
  switchTo(dialog: VaultDialog): void {
    this.dialog = dialog;
  }

  close(usable: boolean): void {
    this.dialog = null;
    this.trouble = null;
    this.#done?.(usable);
    this.#done = null;
  }

  /** Runs `work`; where the vault is out of reach, offers the way to it and runs it again. */
  async reach<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (thrown) {
        const failure = CommandFailure.from(thrown);
        if (!UNREACHABLE.includes(failure.code)) throw failure;
        if (!(await this.#offer(failure))) throw failure;
      }
    }
  }

  async #offer(failure: CommandFailure): Promise<boolean> {
    await this.refresh();
    const ours = this.status?.kind === 'passphrase' && failure.code === 'vault_locked';
    const answer = this.open(ours ? 'unlock' : 'trouble');
    this.trouble = failure;
    return answer;
  }
}

export const vault = new Vault();
