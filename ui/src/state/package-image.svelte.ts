/** What one version of a hosted container image is made of. */
import type { ImageFacts, RawManifest } from '../bindings';
import { call } from '../ipc';
import { Reading } from './reading.svelte';

export class PackageImage {
  readonly facts = new Reading<ImageFacts>();
  readonly manifest = new Reading<RawManifest>();
  /** The digest of the platform that the person has chosen. */
  platform = $state<string | null>(null);

  readonly #source: string;
  readonly #name: string;
  #version = '';

  constructor(source: string, name: string) {
    this.#source = source;
    this.#name = name;
  }

  /** Shows a version, for this computer's kind of processor where there are several. */
  async open(version: string): Promise<void> {
    this.#version = version;
    this.platform = null;
    this.facts.forget();
    await this.read();
  }

  async choose(platform: string): Promise<void> {
    this.platform = platform;
    await this.read();
  }

  async read(): Promise<void> {
    this.manifest.forget();
    const wanted = { version: this.#version, platform: this.platform };
    await this.facts.read(() => call('open_package_image', { ...this.#package, ...wanted }));
  }

  /** Reads the manifest of the image that is shown, or of the index that lists it. */
  async readManifest(which: 'image' | 'index'): Promise<void> {
    const facts = this.facts.value;
    if (!facts) return;
    const version = which === 'image' ? facts.imageDigest : facts.digest;
    await this.manifest.read(() => call('package_manifest', { ...this.#package, version }));
  }

  get #package() {
    return { source: this.#source, name: this.#name };
  }
}
