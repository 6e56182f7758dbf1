/** What is shown of a container registry: its repositories, a repository's tags, an image, two. */
import type {
  ComparisonPage,
  ImagePage,
  ImageRef,
  PullLimit,
  RawManifest,
  RepositoryPage,
  TagOrder,
  TagPage,
} from '../bindings';
import { call } from '../ipc';
import { navigation } from './navigation.svelte';
import { Reading } from './reading.svelte';
import { toasts } from './toasts.svelte';

class Images {
  readonly repositories = new Reading<RepositoryPage>();
  readonly tags = new Reading<TagPage>();
  readonly image = new Reading<ImagePage>();
  readonly manifest = new Reading<RawManifest>();
  readonly comparison = new Reading<ComparisonPage>();
  pulls = $state.raw<PullLimit | null>(null);

  /** The registry whose repositories are known. */
  #registry: string | null = null;
  /** The repository whose tags are known. */
  #repository = '';
  search = $state('');
  filter = $state('');
  order = $state<TagOrder>('version');
  /** Where one comes back to. */
  activeRepository = $state<string | null>(null);
  activeTag = $state<string | null>(null);
  /** The tags that are to be compared; two at most. */
  marked = $state.raw<readonly string[]>([]);

  /** Shows a registry's repositories. */
  async openRegistry(registry: string): Promise<void> {
    if (registry === this.#registry && this.repositories.value) {
      void this.readPulls(registry);
      return;
    }
    this.#registry = registry;
    this.repositories.forget();
    Object.assign(this, { search: '', activeRepository: null, pulls: null });
    await this.readRepositories(registry);
    void this.readPulls(registry);
  }

  async readRepositories(registry: string): Promise<void> {
    await this.repositories.read((operation) => call('list_repositories', { registry, operation }));
  }

  /** Only Docker Hub says how many pulls are left. */
  async readPulls(registry: string): Promise<void> {
    if (!this.repositories.value?.isHub) return;
    try {
      this.pulls = await call('pull_limit', { id: registry });
    } catch (failure) {
      toasts.failure(failure);
    }
  }

  async forgetRepository(registry: string, repository: string): Promise<void> {
    try {
      await call('forget_repository', { registry, repository });
    } catch (failure) {
      toasts.failure(failure);
      return;
    }
    const page = this.repositories.value;
    if (!page) return;
    const remembered = page.remembered.filter((name) => name !== repository);
    this.repositories.value = { ...page, remembered };
  }

  /** Puts a repository that was opened by name among those that were. */
  #remember(repository: string): void {
    const page = this.repositories.value;
    if (!page) return;
    const rest = page.remembered.filter((name) => name !== repository);
    this.repositories.value = { ...page, remembered: [repository, ...rest] };
  }

  async openRepository(registry: string, repository: string): Promise<void> {
    const key = `${registry} ${repository}`;
    if (key !== this.#repository) {
      this.#repository = key;
      this.tags.forget();
      Object.assign(this, { filter: '', activeTag: null, marked: [], order: 'version' });
    }
    await this.readTags(registry, repository, false);
  }

  async readTags(registry: string, repository: string, refresh: boolean): Promise<void> {
    const { filter, order } = this;
    await this.tags.read((operation) =>
      call('list_tags', { registry, repository, filter, order, refresh, operation }),
    );
    if (this.tags.value && !this.tags.value.failure) this.#remember(this.tags.value.repository);
  }

  /** Marks a tag for comparison, or no longer; a third takes the place of the second. */
  mark(tag: string): void {
    if (this.marked.includes(tag)) this.marked = this.marked.filter((other) => other !== tag);
    else this.marked = [...this.marked.slice(0, 1), tag];
  }

  async openImage(image: ImageRef): Promise<void> {
    this.image.forget();
    this.manifest.forget();
    await this.image.read((operation) => call('open_image', { image, operation }));
  }

  async readManifest(image: ImageRef): Promise<void> {
    await this.manifest.read(() => call('raw_manifest', image));
  }

  async compare(left: ImageRef, right: ImageRef): Promise<void> {
    this.comparison.forget();
    await this.comparison.read((operation) => call('compare_images', { left, right, operation }));
  }

  hear(operation: string, done: number, total: number | null): void {
    for (const reading of [this.repositories, this.tags]) reading.hear(operation, done, total);
  }

  forget(): void {
    for (const reading of [this.repositories, this.tags, this.image, this.manifest]) {
      reading.forget();
    }
    this.comparison.forget();
    Object.assign(this, { pulls: null, search: '', filter: '', order: 'version', marked: [] });
    Object.assign(this, { activeRepository: null, activeTag: null });
    this.#registry = null;
    this.#repository = '';
  }
}

export const images = new Images();

/** Goes to the repositories of a registry. */
export const browseImages = (registry: string) => navigation.go({ name: 'repositories', registry });
