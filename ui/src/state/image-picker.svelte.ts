/** The dialog that chooses the other image of a comparison: any registry, repository, tag or digest. */
import type { ImageRef, RepositoryPage, TagPage } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { splitReference } from '../lib/reference';
import { m } from '../messages';
import { imageRegistries } from './image-registries.svelte';
import { navigation } from './navigation.svelte';
import { Reading } from './reading.svelte';

export type Side = 'left' | 'right';

type Errors = Partial<Record<'repository' | 'reference', string>>;

const hostOf = (address: string) => address.split('/')[0] ?? '';

class ImagePicker {
  /** The image that stays, on which side the chosen one goes, and whether there is one already. */
  open = $state.raw<{ other: ImageRef; side: Side; again: boolean } | null>(null);
  registry = $state('');
  repository = $state('');
  reference = $state('');
  errors = $state.raw<Errors>({});
  failure = $state.raw<CommandFailure | null>(null);
  busy = $state(false);
  readonly repositories = new Reading<RepositoryPage>();
  readonly tags = new Reading<TagPage>();
  /** What was last asked for its tags. */
  #asked = '';

  readonly choices = $derived(imageRegistries.all);
  readonly host = $derived(hostOf(this.choices.find(({ id }) => id === this.registry)?.url ?? ''));
  /** The repositories that are known: those that were opened come first. */
  readonly known = $derived.by(() => {
    const page = this.repositories.value;
    return page ? [...new Set([...page.remembered, ...page.repositories])] : [];
  });
  readonly knownTags = $derived(this.tags.value?.rows.map(({ name }) => name) ?? []);

  /** Asks for the image to be compared with `other`; `present` is the one that is compared now. */
  begin(other: ImageRef, side: Side, present: ImageRef | null = null): void {
    this.close();
    void imageRegistries.load();
    const { registry, repository } = present ?? other;
    Object.assign(this, { registry, repository, reference: present?.reference ?? '' });
    Object.assign(this, {
      errors: {},
      failure: null,
      busy: false,
      open: { other, side, again: present !== null },
    });
    void this.#readRepositories();
    void this.readTags();
  }

  async #readRepositories(): Promise<void> {
    const { registry } = this;
    this.repositories.forget();
    await this.repositories.read((operation) => call('list_repositories', { registry, operation }));
  }

  /** Reads the tags of the repository, unless they are known. */
  async readTags(): Promise<void> {
    const { registry } = this;
    const repository = this.repository.trim();
    const asked = `${registry} ${repository}`;
    if (repository === '' || asked === this.#asked) return;
    this.#asked = asked;
    this.tags.forget();
    const order = 'version' as const;
    await this.tags.read((operation) =>
      call('list_tags', { registry, repository, filter: '', order, refresh: false, operation }),
    );
  }

  setRegistry(registry: string): void {
    if (registry === this.registry) return;
    this.registry = registry;
    this.#changed();
    this.tags.forget();
    this.#asked = '';
    void this.#readRepositories();
  }

  setRepository(repository: string): void {
    this.repository = repository;
    this.#changed();
  }

  setReference(reference: string): void {
    this.reference = reference;
    this.#changed();
  }

  #changed(): void {
    Object.assign(this, { errors: {}, failure: null });
  }

  /** Takes an image's whole name apart that was pasted as a repository. */
  takeApart(): void {
    const typed = this.repository.trim();
    const [first = '', ...rest] = typed.split('/');
    const owner = this.choices.find(({ url }) => hostOf(url) === first);
    if (owner && rest.length > 0) this.setRegistry(owner.id);
    const name = owner && rest.length > 0 ? rest.join('/') : typed;
    if (!/[:@]/.test(rest.at(-1) ?? first)) {
      this.repository = name;
      return;
    }
    const { repository, reference } = splitReference(name, '');
    Object.assign(this, { repository, reference });
  }

  #wanted(): ImageRef | null {
    const errors: Errors = {};
    const [repository, reference] = [this.repository.trim(), this.reference.trim()];
    if (repository === '') errors.repository = m.transfers.repositoryMissing;
    if (reference === '') errors.reference = m.images.picker.referenceMissing;
    this.errors = errors;
    if (Object.keys(errors).length > 0) return null;
    return { registry: this.registry, repository, reference, platform: null };
  }

  /** Compares, if what was chosen is an image's name. */
  async submit(): Promise<void> {
    const { open } = this;
    if (this.busy || !open) return;
    this.takeApart();
    const image = this.#wanted();
    if (!image) return;
    this.busy = true;
    try {
      await call('review_image', image);
      this.close();
      const { other, side } = open;
      const sides = side === 'left' ? { left: image, right: other } : { left: other, right: image };
      await navigation.go({ name: 'compare', ...sides });
    } catch (thrown) {
      this.#fail(CommandFailure.from(thrown));
    } finally {
      this.busy = false;
    }
  }

  #fail(failure: CommandFailure): void {
    const { field, message, hint } = failure;
    const words = hint ? `${message} ${hint}` : message;
    if (field === 'repository') this.errors = { repository: words };
    else if (field === 'image') this.errors = { reference: words };
    else this.failure = failure;
  }

  close(): void {
    this.open = null;
    this.#asked = '';
    this.repositories.forget();
    this.tags.forget();
  }
}

export const imagePicker = new ImagePicker();
