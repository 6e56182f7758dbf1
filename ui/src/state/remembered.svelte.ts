/** Small choices that a person makes once and finds again: kept in this window's own storage. */
import type { Ecosystem, Purpose } from '../bindings';

const KEY = 'registrar.clients';

function read(): Record<string, string> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, string>;
  } catch {
    return {};
  }
}

class Remembered {
  #clients = $state.raw<Record<string, string>>(read());

  /** The client whose instructions are shown: the one chosen last if there are any for it. */
  clientOf(ecosystem: Ecosystem, purpose: Purpose, offered: readonly string[]): string | undefined {
    const last = this.#clients[`${ecosystem}.${purpose}`];
    return offered.find((client) => client === last) ?? offered[0];
  }

  chooseClient(ecosystem: Ecosystem, purpose: Purpose, client: string): void {
    this.#clients = { ...this.#clients, [`${ecosystem}.${purpose}`]: client };
    localStorage.setItem(KEY, JSON.stringify(this.#clients));
  }
}

export const remembered = new Remembered();
