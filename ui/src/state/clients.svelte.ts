/** Which client a person uses: whoever looks for pnpm once does so everywhere. */

const KEY = 'registrar.clients';
const KEPT = 12;

class Clients {
  /** Chosen before, the latest first. */
  #chosen = $state.raw<readonly string[]>((localStorage.getItem(KEY) ?? '').split('\n'));

  /** The one of these that was chosen last, else the first. */
  among(names: readonly string[]): string {
    return this.#chosen.find((name) => names.includes(name)) ?? names[0] ?? '';
  }

  prefer(name: string): void {
    const rest = this.#chosen.filter((other) => other !== name);
    this.#chosen = [name, ...rest].slice(0, KEPT);
    localStorage.setItem(KEY, this.#chosen.join('\n'));
  }

  forget(): void {
    this.#chosen = [];
  }
}

export const clients = new Clients();
