/** The tokens of programs, as the host has them. */
import type { ApiToken, CreateApiToken, CreatedApiToken } from '../bindings';
import { call, CommandFailure } from '../ipc';

export class ApiTokenList {
  tokens = $state.raw<readonly ApiToken[] | null>(null);
  failure = $state.raw<CommandFailure | null>(null);
  #turn = 0;

  /** Loads them anew. The latest call wins; what was shown stays meanwhile. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const { tokens } = await call('list_api_tokens', {});
      if (turn === this.#turn) this.#take(tokens);
    } catch (thrown) {
      if (turn === this.#turn) this.failure = CommandFailure.from(thrown);
    }
  }

  #take(tokens: readonly ApiToken[]): void {
    this.#turn += 1;
    this.tokens = tokens;
    this.failure = null;
  }

  /** Makes one. Its secret is in the answer and nowhere else. */
  async create(request: CreateApiToken): Promise<CreatedApiToken> {
    const created = await call('create_api_token', request);
    this.#take([created.row, ...(this.tokens ?? [])]);
    return created;
  }

  async delete(id: string): Promise<void> {
    this.#take((await call('delete_api_token', { id })).tokens);
  }
}
