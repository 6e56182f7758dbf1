/** What the window learns at start, and the settings. */
import type { Environment, Settings, Start } from '../bindings';
import { call } from '../ipc';
import { applyTheme } from './theme';
import { navigation } from './navigation.svelte';

const BEFORE_START: Settings = {
  theme: 'system',
  proxy: { mode: 'system' },
  timeoutSeconds: 15,
  lockAfterMinutes: 15,
  checkEveryMinutes: 60,
  hosting: true,
  hostingPort: 4747,
  welcomed: true,
};

class Session {
  facts = $state.raw<Start | null>(null);
  environment = $state.raw<Environment | null>(null);
  settings = $state.raw<Settings>(BEFORE_START);
  #asked: Promise<Environment> | null = null;

  async start(): Promise<void> {
    const facts = await call('start', {});
    this.facts = facts;
    this.take(facts.settings);
    navigation.begin(facts.settings.welcomed);
  }

  /** Asks what may take a moment, once: when the window is idle, or somebody needs to know. */
  async lookAround(): Promise<void> {
    this.#asked ??= call('environment', {});
    try {
      this.environment = await this.#asked;
    } catch (failure) {
      this.#asked = null;
      throw failure;
    }
  }

  /** Forgets what was found out, for the tests, which open many windows. */
  forget(): void {
    this.#asked = this.environment = this.facts = null;
  }

  /** Takes settings that the shell has sent. */
  take(settings: Settings): void {
    this.settings = settings;
    applyTheme(settings.theme);
  }

  /** Saves some settings; they count at once and are taken back if saving fails. */
  async save(change: Partial<Settings>): Promise<void> {
    const before = this.settings;
    this.take({ ...before, ...change });
    try {
      this.take(await call('save_settings', this.settings));
    } catch (failure) {
      this.take(before);
      throw failure;
    }
  }
}

export const session = new Session();
