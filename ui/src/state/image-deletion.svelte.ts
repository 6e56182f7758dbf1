/** Deleting a tag or an image: what goes, and the name that has to be typed. */
import type { ImageDeletion, ImageRef } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { m } from '../messages';
import { images } from './images.svelte';
import { navigation } from './navigation.svelte';
import { Reading } from './reading.svelte';
import { toasts } from './toasts.svelte';
import { vault } from './vault.svelte';

class Deletion {
  image = $state.raw<ImageRef | null>(null);
  readonly review = new Reading<ImageDeletion>();
  whole = $state(false);
  typed = $state('');
  failure = $state.raw<CommandFailure | null>(null);
  busy = $state(false);

  readonly agreed = $derived(this.image !== null && this.typed.trim() === this.image.reference);
  /** Whether it is named by its digest: then there is nothing but the image. */
  readonly byDigest = $derived(this.image?.reference.includes(':') ?? false);

  open(image: ImageRef): void {
    Object.assign(this, { image: { ...image, platform: null }, typed: '', failure: null });
    this.whole = image.reference.includes(':');
    void this.read();
  }

  async read(): Promise<void> {
    const { image } = this;
    if (!image) return;
    this.review.forget();
    await this.review.read((operation) =>
      vault.reach(() => call('review_deletion', { image, operation })),
    );
  }

  async confirm(): Promise<void> {
    const { image, whole, typed, busy } = this;
    const found = this.review.value;
    if (!image || !found || !this.agreed || busy) return;
    Object.assign(this, { busy: true, failure: null });
    try {
      await vault.reach(() => call('delete_image', { image, digest: found.digest, whole, typed }));
      this.close();
      toasts.ok(m.transfers.deletion.deleted(found.name));
      await this.#leave(image);
    } catch (thrown) {
      this.failure = CommandFailure.from(thrown);
    }
    this.busy = false;
  }

  /** The tags are read anew: some of them are gone. */
  async #leave({ registry, repository }: ImageRef): Promise<void> {
    await navigation.go({ name: 'tags', registry, repository });
    await images.readTags(registry, repository, true);
  }

  close(): void {
    this.review.forget();
    this.image = null;
  }
}

export const imageDeletion = new Deletion();
