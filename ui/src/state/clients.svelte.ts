/** Which client a person uses: whoever looks for pnpm once does so everywhere. */

const KEY = 'registrar.clients';
const KEPT = 12;

class Clients {
  #kept = $state.raw<readonly string[] | null>(null);

  /** Chosen before, the latest first. Read when somebody wants to know, not at the start. */
  get #chosen(): readonly string[] {
    return this.#kept ?? (localStorage.getItem(KEY) ?? '').split('\n');
  }

  /** The one of these that was chosen last, else the first. */
  among(names: readonly string[]): string {
    return this.#chosen.find((name) => names.includes(name)) ?? names[0] ?? '';
  }

  prefer(name: string): void {
    const rest = this.#chosen.filter((other) => other !== name);
    this.#kept = [name, ...rest].slice(0, KEPT);
    localStorage.setItem(KEY, this.#kept.join('\n'));
  }

  forget(): void {
    this.#kept = [];
  }
}

export const clients = new Clients();
