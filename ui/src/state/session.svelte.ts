/** What the window learns at start, and the settings. */
import type { Environment, Settings, Start } from '../bindings';
import { call } from '../ipc';
import { applyTheme, applyZoom } from './theme';
import { navigation } from './navigation.svelte';

const BEFORE_START: Settings = {
  theme: 'system',
  proxy: { mode: 'system' },
  timeoutSeconds: 15,
  lockAfterMinutes: 15,
  checkEveryMinutes: 60,
  hosting: true,
  hostingPort: 4747,
  zoom: 100,
  welcomed: true,
};

class Session {
  facts = $state.raw<Start | null>(null);
  environment = $state.raw<Environment | null>(null);
  settings = $state.raw<Settings>(BEFORE_START);
  #asked: Promise<Environment> | null = null;
  #saving = 0;

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
    applyZoom(settings.zoom);
  }

  /** Saves some settings; they count at once and are taken back if saving fails. The latest call wins. */
  async save(change: Partial<Settings>): Promise<void> {
    const turn = ++this.#saving;
    const before = this.settings;
    this.take({ ...before, ...change });
    try {
      const saved = await call('save_settings', this.settings);
      if (turn === this.#saving) this.take(saved);
    } catch (failure) {
      if (turn === this.#saving) this.take(before);
      throw failure;
    }
  }
}

export const session = new Session();
